"""The part of an exported file that reads image files for a network of the user's own images; ``pictures.framing``."""

from __future__ import annotations

from engine.data.kinds import PictureForm
from engine.graph.shapes import Shape

TAKES = "IMAGE..."


def picture_reader(entering: Shape, form: PictureForm) -> str:
    """``read_picture`` and ``read``: the names of image files -> samples, uint8, framed as the training images."""
    channels, height, width = entering.sizes
    text = "\n\n\n".join([_OPEN, _FRAMED[form], _READ])
    text = text.replace("MODE", "L" if channels == 1 else "RGB").replace("CHANNELS", str(channels))
    return text.replace("HEIGHT", str(height)).replace("WIDTH", str(width))


_OPEN = '''\
def opened(path):
    """An image file upright, in the colours that the network takes, on white."""
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as file:
            image = ImageOps.exif_transpose(file)
            if image.mode in ("F", "I") or image.mode.startswith("I;"):
                low, high = image.getextrema()
                grey = image.convert("F").point(lambda x: x * 1.0 - low)
                grey = grey.point(lambda x: x * (255 / max(high - low, 1e-30)) + 0.5)
                return grey.convert("L").convert("MODE")
            image = image.convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        sys.exit(f"{path} cannot be read as an image: {error}")
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image)
    return paper.convert("RGB").convert("MODE")'''

_CROPPED = '''\
def framed(image):
    """An image as WIDTH × HEIGHT pixels; what is beyond the frame is cut off."""
    from PIL.Image import Resampling

    scale = max(WIDTH / image.width, HEIGHT / image.height)
    left = max(0.0, image.width - WIDTH / scale) / 2
    top = max(0.0, image.height - HEIGHT / scale) / 2
    box = (left, top, image.width - left, image.height - top)
    return image.resize((WIDTH, HEIGHT), Resampling.BILINEAR, box, 3.0)'''

_STRETCHED = '''\
def framed(image):
    """An image stretched to WIDTH × HEIGHT pixels."""
    from PIL.Image import Resampling

    return image.resize((WIDTH, HEIGHT), Resampling.BILINEAR, reducing_gap=3.0)'''

_PADDED = '''\
def framed(image):
    """An image whole in WIDTH × HEIGHT pixels, its border continued."""
    from PIL import Image

    scale = min(WIDTH / image.width, HEIGHT / image.height)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    image = image.resize(size, Image.Resampling.BILINEAR, reducing_gap=3.0)
    left, top = (WIDTH - size[0]) // 2, (HEIGHT - size[1]) // 2
    frame = Image.new(image.mode, (WIDTH, HEIGHT))
    middle = Image.new(image.mode, (WIDTH, size[1]))
    for across in range(WIDTH):
        column = min(max(across - left, 0), size[0] - 1)
        middle.paste(image.crop((column, 0, column + 1, size[1])), (across, 0))
    for down in range(HEIGHT):
        row = min(max(down - top, 0), size[1] - 1)
        frame.paste(middle.crop((0, row, WIDTH, row + 1)), (0, down))
    return frame'''

_FRAMED = {
    PictureForm.CROPPED: _CROPPED,
    PictureForm.STRETCHED: _STRETCHED,
    PictureForm.PADDED: _PADDED,
}

_READ = '''\
def read(words):
    """One sample from each image file."""
    images = [framed(opened(word)) for word in words]
    pixels = [torch.frombuffer(bytearray(one.tobytes()), dtype=torch.uint8) for one in images]
    return torch.stack(pixels).reshape(-1, HEIGHT, WIDTH, CHANNELS).permute(0, 3, 1, 2)'''
