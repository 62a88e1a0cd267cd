"""The training of k-means as Python: where centres begin, which is nearest, how they move, and when they rest."""

from __future__ import annotations

from engine.data.dataset import Array, Dataset
from engine.network.modules import KMeans
from engine.network.source import Training, inputs_of
from engine.tasks.k_means.kind import PLUS_PLUS
from engine.tasks.k_means.learner import STARTS, batch_size
from engine.tasks.k_means.lloyd import MOST_AT_START
from engine.tasks.script.files import data_constant, row_files
from engine.tasks.script.gradient import GENERATOR
from engine.tasks.script.writing import ScriptSetup

_MANY = 10_000
"""Rows that are thought of where it is not known how many there are."""


def training(setup: ScriptSetup) -> Training:
    """The part of a file that finds the groups as the recipe says."""
    task, recipe = setup.recipe.task, setup.recipe
    name, layer = next((name, one) for name, one in setup.module.named_modules() if isinstance(one, KMeans))
    rows = _MANY if setup.rows is None else setup.rows
    size = batch_size(task.batch_size, rows, layer.centres.shape[1])
    in_batches = size < rows
    files = row_files(setup, answers=False)
    plus_plus = task.initial == PLUS_PLUS
    node = setup.graph.find(name)
    before = None if node is None else setup.graph.sources(node.id)[0]
    is_first = before is not None and setup.graph.nodes[before].gives_whole
    constants = [
        *data_constant(setup.data_file),
        f"EPOCHS = {recipe.epochs}",
        *([f"BATCH_SIZE = {size}"] if in_batches else []),
        f"STARTS = {task.starts}",
        f"TOLERANCE = {task.tolerance!r}",
        f"SEED = {recipe.seed}",
    ]
    functions = [
        GENERATOR,
        "" if is_first else _ARRIVING.replace("LAYER", name),
        _NEAREST,
        (_PLUS_PLUS if plus_plus else _ANY).replace("MOST", f"{MOST_AT_START:_}"),
        _MINI_BATCH if in_batches else _MOVED,
        _train(setup, name, is_first=is_first, in_batches=in_batches),
        *files.functions,
    ]
    imports = (*files.imports, *(["import math"] if plus_plus else []))
    return Training(imports, tuple(constants), tuple(filter(None, functions)), files.usage)


def arrays(data: Dataset) -> dict[str, Array]:
    """The samples alone, to learn from and to judge by."""
    return {"inputs": data.train.inputs} | (
        {"validation_inputs": data.validation.inputs} if len(data.validation) else {}
    )


def _train(setup: ScriptSetup, layer: str, *, is_first: bool, in_batches: bool) -> str:
    def points(inputs: str) -> str:
        prepared = inputs_of(setup.scaling, setup.signature.input, inputs)
        return f"{prepared}.double()" if is_first else f"arriving(network, {prepared})"

    lines = [
        "@torch.no_grad()",
        "def train(inputs, validation=None):",
        '    """A network with its centres where k-means finds groups of raw inputs."""',
        "    torch.manual_seed(SEED)",
        f"    network = {setup.called}()",
        f"    centres = network.{layer}.centres",
        f"    points = {points('inputs')}",
        "    if len(points) < len(centres):",
        '        sys.exit(f"{len(points)} samples are too few for {len(centres)} groups.")',
        "    middle = points.mean(0)  # near 0 squares lose the least to rounding",
        "    points = points - middle",
        "    limit = TOLERANCE * points.square().mean()",
        f"    dice = [generator({STARTS}, start) for start in range(STARTS)]",
        "    places = [first_centres(points, len(centres), chance) for chance in dice]",
        "    scores, done = [0.0] * STARTS, [False] * STARTS",
        *(["    counts = [torch.zeros(len(centres)) for _ in range(STARTS)]"] if in_batches else []),
        "    for epoch in range(EPOCHS):",
        *(["        order = torch.randperm(len(points), generator=generator(1, epoch))"] if in_batches else []),
        "        for start in range(STARTS):",
        "            if done[start]:",
        "                continue",
        *(_BATCHES if in_batches else _WHOLE),
        '        print(f"epoch {epoch + 1}: mean squared distance {min(scores):.6g}")',
        "        if all(done):",
        "            break",
        "    best = places[scores.index(min(scores))]",
        "    groups, squared = nearest(points, best)",
        "    sizes = torch.bincount(groups, minlength=len(best)).tolist()",
        '    print(f"inertia {squared.sum():.6g}, groups of {sizes}")',
        "    if validation is not None:",
        f"        others = {points('validation')} - middle",
        '        print(f"validation distance {nearest(others, best)[1].mean():.6g}")',
        "    centres.copy_(best + middle)",
        "    return network.eval()",
    ]
    return "\n".join(lines)


_WHOLE = (
    "            before = places[start]",
    "            groups, squared = nearest(points, before)",
    "            places[start] = moved(points, before, groups, squared)",
    "            scores[start] = squared.mean().item()",
    "            way = (places[start] - before).square().sum()",
    "            done[start] = bool(way <= limit)",
)
_BATCHES = (
    "            before, total = places[start], 0.0",
    "            for rows in order.split(BATCH_SIZE):",
    "                groups, squared = nearest(points[rows], places[start])",
    "                total += squared.sum().item()",
    "                places[start] = moved(",
    "                    points[rows], places[start], counts[start], groups, squared, epoch",
    "                )",
    "            scores[start] = total / len(points)",
    "            way = (places[start] - before).square().sum()",
    "            done[start] = bool(way <= limit)",
)

_ARRIVING = '''\
def arriving(network, inputs):
    """Samples as they come to the layer that groups them."""
    found = []
    hook = network.LAYER.register_forward_pre_hook(
        lambda _, given: found.append(given[0])
    )
    network.eval()
    for part in inputs.split(256):
        network(part)
    hook.remove()
    return torch.cat(found).double()'''

_NEAREST = '''\
def nearest(points, centres):
    """The number of the nearest centre of each sample, and the squared distance."""
    found = [torch.cdist(part, centres).square().min(1) for part in points.split(65536)]
    indices = torch.cat([one.indices for one in found])
    return indices, torch.cat([one.values for one in found])'''

_PLUS_PLUS = '''\
def first_centres(points, count, chance):
    """Samples far from one another: greedy k-means++ (Arthur, Vassilvitskii, 2007)."""
    most = max(MOST, 10 * count)
    if len(points) > most:
        points = points[torch.randperm(len(points), generator=chance)[:most]]
    chosen = points[torch.randint(len(points), (1,), generator=chance)]
    closest = torch.cdist(points, chosen).square()[:, 0]
    for _ in range(count - 1):
        draws = torch.rand(
            2 + int(math.log(count)), generator=chance, dtype=torch.float64
        )
        reached = closest.cumsum(0)
        found = torch.searchsorted(reached, draws * reached[-1])
        candidates = points[found.clamp(max=len(points) - 1)]
        squared = torch.cdist(points, candidates).square()
        squared = torch.minimum(closest[:, None], squared)
        best = squared.sum(0).argmin()
        closest = squared[:, best]
        chosen = torch.cat([chosen, candidates[best][None]])
    return chosen'''

_ANY = '''\
def first_centres(points, count, chance):
    """Any samples, each as likely as the others."""
    return points[torch.randperm(len(points), generator=chance)[:count]]'''

_SPARE = '''\
def spare(groups, squared, sizes):
    """Samples that may leave their groups, the farthest first."""
    left = sizes.clone()
    for row in squared.argsort(descending=True, stable=True).tolist():
        if squared[row] > 0 and left[groups[row]] > 1:
            left[groups[row]] -= 1
            yield row'''

_MOVED = f'''\
{_SPARE}


def moved(points, centres, groups, squared):
    """Centres at the means of their groups; one without samples takes a far one."""
    sizes = torch.bincount(groups, minlength=len(centres))
    sums = torch.zeros_like(centres).index_add_(0, groups, points)
    empty = (sizes == 0).nonzero().flatten().tolist()
    for centre, row in zip(empty, spare(groups, squared, sizes) if empty else ()):
        sums[groups[row]] -= points[row]
        sizes[groups[row]] -= 1
        sums[centre], sizes[centre] = points[row], 1
    means = sums / sizes.clamp(min=1)[:, None]
    return torch.where((sizes > 0)[:, None], means, centres)'''

_MINI_BATCH = f'''\
{_SPARE}


def moved(points, centres, counts, groups, squared, epoch):
    """Centres at the means of all samples ever nearest to them (Sculley, 2010).

    ``counts`` are these samples, and grow; from the second epoch on a centre without
    any takes a far one.
    """
    sizes = torch.bincount(groups, minlength=len(centres))
    sums = torch.zeros_like(centres).index_add_(0, groups, points)
    sums += centres * counts[:, None]
    counts += sizes
    means = sums / counts.clamp(min=1)[:, None]
    centres = torch.where((counts > 0)[:, None], means, centres)
    empty = (counts == 0).nonzero().flatten().tolist() if epoch else []
    for centre, row in zip(empty, spare(groups, squared, sizes) if empty else ()):
        centres[centre], counts[centre] = points[row], 1
    return centres'''
