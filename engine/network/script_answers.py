"""What an exported file does with words from the command line: reads an input, and says the answer in words.

Written for whoever gets the file: no more than one network needs, and no more than torch, with pillow where a picture
is read. Pictures of the very size are taken as they are; others are prepared in a few lines as the network's own were,
where the program itself looks for paper, shadows and ruled lines.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Sequence

from engine.graph.output_activation import Endings, OutputActivation
from engine.graph.shapes import Shape, ShapeForm
from engine.graph.targets import SameAsInput, SeveralTargets, Target, TargetKind
from engine.network.line_wrapping import WIDTH
from engine.text import printable

_NAMELESS = (TargetKind.GROUPS, TargetKind.REAL_OR_FAKE, TargetKind.INPUT)
"""Targets whose answers have no names."""
DIGITS = tuple("0123456789")


def quoted(text: str) -> str:
    """The text as it is written in Python source, in the quotation marks that formatters choose."""
    written = printable(json.dumps(text, ensure_ascii=False))  # its escapes mean in Python what they show
    if '"' in text and "'" not in text:
        return "'" + written[1:-1].replace('\\"', '"') + "'"
    return written


def names_of(target: Target) -> tuple[str, ...]:
    """What the answers are called: those of classes, of no and yes, or of values."""
    if target.kind is TargetKind.YES_NO:
        return target.names if len(target.names) == 2 else ("no", "yes")
    if len(target.names) == target.size:
        return target.names
    numbers = range(target.size)
    return tuple(f"value {number + 1}" if target.kind is TargetKind.VALUES else str(number) for number in numbers)


def constants(entering: Shape, target: Target, columns: Sequence[str]) -> list[str]:
    """The lines with the names of the answers, where they have any, and of the columns."""
    lines = _names(target)
    if isinstance(target, SeveralTargets):
        lines = tuple_of("TARGETS", target.names)
        for number, one in enumerate(target.each, 1):
            lines += [of_target(line, number) for line in _names(one) if one.kind is not TargetKind.VALUES]
    if len(columns) == entering.count and not entering.is_tokens:
        lines += tuple_of("COLUMNS", columns)
    return lines


def _names(target: Target) -> list[str]:
    what = {TargetKind.VALUES: "VALUES", TargetKind.LABELS: "LABELS"}.get(target.kind, "CLASSES")
    return [] if target.kind in _NAMELESS else tuple_of(what, names_of(target))


def of_target(text: str, number: int) -> str:
    """Source that is about one target, with the names it has where there are several."""
    return re.sub(r"\b(VALUES|CLASSES|answer(?=\()|loss_function)", rf"\1_{number}", text)


def tuple_of(name: str, words: Sequence[str], indent: int = 0) -> list[str]:
    """A line that gives words a name; one line a word where they do not fit, as formatters lay out what is listed."""
    begin = " " * indent + f"{name} = "
    return (begin + listed([quoted(word) for word in words], indent, len(begin))).split("\n")


def listed(items: Sequence[str], indent: int, others: int) -> str:
    """A tuple of ``items`` that are Python; one line an item where they do not fit on one.

    ``indent`` is that of its line, on which there are ``others`` characters beside the tuple.
    """
    line = f"({', '.join(items)}{',' if len(items) == 1 else ''})"
    if "\n" not in line and others + len(line) <= WIDTH:
        return line
    space = " " * indent
    return "\n".join(["(", *(f"{space}    {item}," for item in items), f"{space})"])


def answer_function(target: Target, endings: Endings) -> str:
    """``answer``: outputs of the network -> one sentence a sample.

    ``endings`` is what the outputs for each goal are.
    """
    if isinstance(target, SameAsInput):
        is_picture = target.asked.form is ShapeForm.PICTURE
        return _pictures(target.asked) if is_picture else _NUMBER + "\n\n\n" + _VALUES.replace("VALUES", "COLUMNS")
    if isinstance(target, SeveralTargets):
        return _answers(target, endings)
    read_as = endings[0]
    if target.kind is TargetKind.VALUES:
        return _NUMBER + "\n\n\n" + _VALUES
    if target.kind is TargetKind.YES_NO:
        yes = "outputs[:, 0]" if read_as.is_probability else "outputs[:, 0].sigmoid()"
        return _YES_NO.replace("YES", yes)
    if target.kind is TargetKind.LABELS:
        return _LABELS.replace("SHARES", "outputs" if read_as.is_probability else "outputs.sigmoid()")
    if target.kind is TargetKind.GROUPS:
        return _GROUPS
    if target.kind is TargetKind.REAL_OR_FAKE:
        return _SCORES
    if target.kind is TargetKind.NEXT_TOKEN:
        return _NEXT.replace("SHARES", "shares" if read_as is OutputActivation.SOFTMAX else "shares.softmax(1)")
    as_they_come = {OutputActivation.SOFTMAX: "outputs", OutputActivation.LOG_SOFTMAX: "outputs.exp()"}
    shares = as_they_come.get(read_as, "outputs.softmax(1)")
    return _CLASSES.replace("SHARES", shares)


def _answers(target: SeveralTargets, endings: Endings) -> str:
    """``answer`` where there are several targets, and a function for each of them."""
    functions, parts = [], []
    for number, (one, ending) in enumerate(zip(target.each, endings, strict=True), 1):
        text = _VALUE if one.kind is TargetKind.VALUES else answer_function(one, (ending,))
        if text is _VALUE and _NUMBER not in functions:
            functions.append(_NUMBER)
        functions.append(of_target(text, number))
        parts.append(f"        answer_{number}(each[{number - 1}]),")
    sizes = ", ".join(str(one.outputs) for one in target.each)
    whole = [
        "def answer(outputs):",
        '    """The answers for all targets in words, one sentence a sample."""',
        f"    each = outputs.split(({sizes}), dim=1)",
        "    found = zip(",
        *parts,
        "    )",
        "    return [",
        '        "; ".join(f"{name}: {said}" for name, said in zip(TARGETS, row))',
        "        for row in found",
        "    ]",
    ]
    return "\n\n\n".join([*functions, "\n".join(whole)])


def _pictures(given_back: Shape) -> str:
    channels, height, width = given_back.sizes
    pixels = "image" if channels == 1 else "image.permute(1, 2, 0)"
    text = _PICTURES.replace("MODE", "L" if channels == 1 else "RGB").replace("PIXELS", pixels)
    return text.replace("SIZE", f"({width}, {height})")


_PICTURES = '''\
def answer(outputs):
    """The names of the files into which what comes back of each image is written."""
    from PIL import Image

    said = []
    for number, image in enumerate(outputs.round().clamp(0, 255).byte(), 1):
        pixels = PIXELS.flatten().tolist()
        path = f"reconstruction-{number}.png"
        Image.frombytes("MODE", SIZE, bytes(pixels)).save(path)
        said.append(path)
    return said'''

_NUMBER = '''\
def number(value):
    """A number to six digits: 273,791."""
    return f"{float(f'{value:.6g}'):,}".removesuffix(".0")'''

_VALUES = '''\
def answer(outputs):
    """The values in words, one sentence a sample."""
    return [
        ", ".join(f"{name}: {number(value)}" for name, value in zip(VALUES, row))
        for row in outputs.tolist()
    ]'''

_VALUE = '''\
def answer(outputs):
    """The value of each sample in words."""
    return [number(value) for (value,) in outputs.tolist()]'''

_YES_NO = '''\
def answer(outputs):
    """What each sample is, and how surely."""
    shares = YES.tolist()
    return [f"{CLASSES[yes > 0.5]}, {max(yes, 1 - yes):.1%}" for yes in shares]'''

_LABELS = '''\
def answer(outputs):
    """The labels of each sample, and how likely every label is."""
    said = []
    for shares in SHARES.tolist():
        pairs = list(zip(LABELS, shares))
        found = ", ".join(name for name, share in pairs if share > 0.5)
        each = ", ".join(f"{name} {share:.1%}" for name, share in pairs)
        said.append(f"{found or 'none'} ({each})")
    return said'''

_CLASSES = '''\
def answer(outputs):
    """The likeliest class of each sample, and how surely it is that one."""
    shares, classes = SHARES.max(1)
    pairs = zip(classes.tolist(), shares.tolist())
    return [f"{CLASSES[number]}, {share:.1%}" for number, share in pairs]'''


_SCORES = '''\
def answer(outputs):
    """How real the critic thinks each sample: higher for what looks like the data."""
    return [f"score {score:.4g}" for score in outputs[:, 0].tolist()]'''

_GROUPS = '''\
def answer(outputs):
    """The group of each sample, from 1, and how far it lies from the centre."""
    distances, groups = outputs.min(1)
    pairs = zip(groups.tolist(), distances.tolist())
    return [
        f"group {number + 1}, {distance:.4g} from its centre"
        for number, distance in pairs
    ]'''

_NEXT = '''\
def answer(outputs):
    """The likeliest next character after each sample, and how surely it is that one."""
    shares = outputs[:, -1]
    shares, classes = SHARES.max(1)
    pairs = zip(classes.tolist(), shares.tolist())
    return [f"{CLASSES[number]!r}, {share:.1%}" for number, share in pairs]'''


def reader(entering: Shape, target: Target, columns: Sequence[str]) -> str:
    """``read``: words of the command line -> samples as they lie in the data."""
    if entering.form is ShapeForm.PICTURE:
        return picture_reader(entering, target)
    if target.kind is TargetKind.NEXT_TOKEN:
        return _TEXT_READER.replace("STEPS", str(entering.count))
    count, sizes, whole = entering.count, ", ".join(map(str, entering.sizes)), entering.is_tokens
    named = len(columns) == count and not whole
    expected = f"Expected {count} {'whole ' if whole else ''}number{'' if count == 1 else 's'}"
    kind = "int" if whole else "float"
    lines = [
        "def read(words):",
        '    """One sample from its numbers, as they are typed."""',
        "    try:",
        f"        numbers = [{kind}(word) for word in words]",
        "    except ValueError as error:",
        f'        sys.exit(f"{expected}: {{error}}.")',
        f"    if len(numbers) != {count}:",
        *(['        order = ", ".join(COLUMNS)'] if named else []),
        f'        sys.exit(f"{expected}{": {order}" if named else ""}. Found {{len(numbers)}}.")',
    ]
    if whole:
        most = entering.vocabulary
        lines += [
            f"    if any(not 0 <= number < {most} for number in numbers):",
            f'        sys.exit("Every number is from 0 to {most - 1}.")',
        ]
    lines.append(f"    sample = torch.tensor(numbers).reshape(1, {sizes})")
    if not whole:
        lines += ["    if not sample.isfinite().all():", '        sys.exit("Every number must be finite.")']
    return "\n".join([*lines, "    return sample"])


def picture_reader(entering: Shape, target: Target) -> str:
    """``read_picture`` and ``read``: the names of picture files -> samples, uint8."""
    channels, height, width = entering.sizes
    digits = target.names == DIGITS and (height, width) == (28, 28)
    fitted = _AS_MNIST if digits else _WHOLE.replace("HEIGHT", str(height)).replace("WIDTH", str(width))
    channel = f".expand({channels}, -1, -1)" if channels > 1 else "[None]"
    how = "its ink fitted into 20 × 20 and centred by mass" if digits else "what stands out fitted into the frame"
    about = (
        f"An image file as the network's own are: grey, bright on black, {height} × {width}. One of another size is "
        f"prepared: {how}."
    )
    wrapped = textwrap.wrap(about, 80)
    documentation = [f'    """{wrapped[0]}', *(f"    {line}" for line in wrapped[1:]), '    """']
    return "\n".join(
        [
            "def read_picture(path):",
            *documentation,
            _OPEN.replace("HEIGHT", str(height)).replace("WIDTH", str(width)).replace("CHANNEL", channel),
            fitted.replace("CHANNEL", channel),
            "",
            "",
            "def read(words):",
            '    """One sample from each image file."""',
            "    return torch.stack([read_picture(word) for word in words])",
        ]
    )


_TEXT_READER = '''\
def read(words):
    """The last STEPS characters of a text as their numbers; one that is not known is 0."""
    text = " ".join(words)[-STEPS:]
    if len(text) < STEPS:
        sys.exit(f"Expected a text of STEPS characters or more. Found {len(text)}.")
    return torch.tensor([[CLASSES.index(c) if c in CLASSES else 0 for c in text]])'''

_OPEN = """\
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as file:
            picture = ImageOps.exif_transpose(file).convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        sys.exit(f"{path} cannot be read as an image: {error}")
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    grey = paper.convert("L")
    if grey.size != (WIDTH, HEIGHT):
        grey.thumbnail((512, 512))
    pixels = torch.frombuffer(bytearray(grey.tobytes()), dtype=torch.uint8)
    pixels = pixels.reshape(grey.height, grey.width)
    rim = torch.cat([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    if rim.median() > 127:  # dark on bright
        pixels, rim = 255 - pixels, 255 - rim
    if pixels.shape == (HEIGHT, WIDTH):
        return pixelsCHANNEL
    ink = (pixels.float() - rim.median()).clamp(0)
    rows = (ink > ink.max() / 4).any(1).nonzero().flatten().tolist()
    columns = (ink > ink.max() / 4).any(0).nonzero().flatten().tolist()
    if not rows:
        sys.exit(f"{path} shows nothing: it is of one brightness.")
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] / ink.max()"""

_AS_MNIST = """\
    scale = 20 / max(ink.shape)
    size = [max(1, round(side * scale)) for side in ink.shape]
    ink = F.interpolate(ink[None, None], size, mode="bilinear", antialias=True)[0, 0]
    down = (ink.sum(1) @ torch.arange(size[0]).float() / ink.sum()).item()
    across = (ink.sum(0) @ torch.arange(size[1]).float() / ink.sum()).item()
    top = min(max(round(14 - down), 0), 28 - size[0])
    left = min(max(round(14 - across), 0), 28 - size[1])
    frame = torch.zeros(28, 28)
    frame[top : top + size[0], left : left + size[1]] = ink
    return (255 * frame).round().byte()CHANNEL"""

_WHOLE = """\
    scale = min(HEIGHT / ink.shape[0], WIDTH / ink.shape[1])
    size = [max(1, round(side * scale)) for side in ink.shape]
    ink = F.interpolate(ink[None, None], size, mode="bilinear", antialias=True)[0, 0]
    top, left = (HEIGHT - size[0]) // 2, (WIDTH - size[1]) // 2
    frame = torch.zeros(HEIGHT, WIDTH)
    frame[top : top + size[0], left : left + size[1]] = ink
    return (255 * frame).round().byte()CHANNEL"""
