"""What is minimised: standard functions, each with its search space. Both sides are given the values computed here.

FUNCTIONS maps a name to Function(space, evaluate, best, …). A parameter of the space is an Optuna distribution in its short form with a
`name`, and `if` where it has a condition; `evaluate` takes the trial's parameters as a dict, and gives the value. With several objectives it gives
a list, and the trials are judged by minus the hypervolume up to `reference`. With constraints it gives (value, violations): <= 0 is within.

`best` is the least value there is, as far as it is known; None: regret can't be said. Ranges are not symmetric around the best point, so that
starting in the middle is no help. Your own functions: a file that has such a FUNCTIONS (`from functions import Function`).
"""
import math
from dataclasses import dataclass
from typing import Any, Callable, Optional


@dataclass(frozen=True)
class Function:
    space: list
    evaluate: Callable[[dict], Any]
    best: Optional[float] = None
    objectives: int = 1
    reference: tuple = ()  # of the hypervolume
    constrained: bool = False


def real(name, low, high, **more):
    return {"name": name, "type": "float", "low": low, "high": high, **more}


def whole(name, low, high, **more):
    return {"name": name, "type": "int", "low": low, "high": high, **more}


def choice(name, *choices, **more):
    return {"name": name, "type": "categorical", "choices": list(choices), **more}


def box(n, low, high, parameter=real, **more):
    """x0 … x(n-1), each within the same bounds."""
    return [parameter(f"x{i}", low, high, **more) for i in range(n)]


def on_vector(formula):
    """Of the list x0, x1, …"""
    return lambda params: formula([params[f"x{i}"] for i in range(len(params))])


# Numbers --------------------------------------------------------------------------------------------------------------

def branin(x):
    a, b = x
    return (b - 5.1 / (4 * math.pi ** 2) * a * a + 5 / math.pi * a - 6) ** 2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(a) + 10


HARTMANN3 = ([[3, 10, 30], [0.1, 10, 35], [3, 10, 30], [0.1, 10, 35]],
             [[3689, 1170, 2673], [4699, 4387, 7470], [1091, 8732, 5547], [381, 5743, 8828]])
HARTMANN6 = ([[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]],
             [[1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991],
              [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381]])


def hartmann(table):
    return lambda x: -sum(c * math.exp(-sum(w * (v - p * 1e-4) ** 2 for v, w, p in zip(x, a, centre)))
                          for c, a, centre in zip([1, 1.2, 3, 3.2], *table))


def ackley(x):
    n = len(x)
    return (-20 * math.exp(-0.2 * math.sqrt(sum(v * v for v in x) / n))
            - math.exp(sum(math.cos(2 * math.pi * v) for v in x) / n) + 20 + math.e)


def rosenbrock(x):
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:]))


def levy(x):
    w = [1 + (v - 1) / 4 for v in x]
    inner = sum((v - 1) ** 2 * (1 + 10 * math.sin(math.pi * v + 1) ** 2) for v in w[:-1])
    return math.sin(math.pi * w[0]) ** 2 + inner + (w[-1] - 1) ** 2 * (1 + math.sin(2 * math.pi * w[-1]) ** 2)


def griewank(x):
    return sum(v * v for v in x) / 4000 - math.prod(math.cos(v / math.sqrt(i)) for i, v in enumerate(x, 1)) + 1


def rastrigin(x):
    return sum(v * v - 10 * math.cos(2 * math.pi * v) + 10 for v in x)


def styblinski(x):
    return sum(v ** 4 - 16 * v * v + 5 * v for v in x) / 2


def goldstein_price(x):
    a, b = x
    first = 1 + (a + b + 1) ** 2 * (19 - 14 * a + 3 * a * a - 14 * b + 6 * a * b + 3 * b * b)
    second = 30 + (2 * a - 3 * b) ** 2 * (18 - 32 * a + 12 * a * a + 48 * b - 36 * a * b + 27 * b * b)
    return math.log(first * second)  # the logarithm: it spans six orders of magnitude


def decades(x):
    """Far from the best by so many decades; neighbours depend on each other."""
    e = [math.log10(v) + 1 + i / 2 for i, v in enumerate(x)]
    return sum(v * v for v in e) + sum(a * b for a, b in zip(e, e[1:]))


# Choices and conditions -----------------------------------------------------------------------------------------------

LETTERS = "abcdef"


def letters(params):
    """Six choices of six: how many places around the circle each letter is from its best one, and two pairs that go together."""
    away = [(LETTERS.index(params[f"c{i}"]) * 5 + i) % 6 for i in range(6)]
    return sum((i + 1) / 6 * v for i, v in enumerate(away)) + abs(away[0] - away[1]) + abs(away[2] - away[5])


def branin_choice(params):
    kind = params["kind"]
    x = [params["x0"], params["x1"]]
    tilt = {"plain": 4.0, "tilted": 2.0 + 0.2 * x[0], "mirrored": 0.0, "flat": 0.0}[kind]
    if kind == "mirrored":
        x = [5 - x[0], 15 - x[1]]
    return tilt + (20 + 0.1 * branin(x) if kind == "flat" else branin(x))


def optimizer(params):
    """Learning rates that suit the optimizer, and what only one of them has."""
    rate = math.log10(params["lr"])
    decay = (math.log10(params["decay"]) + 4) ** 2 / 8
    if params["optimizer"] == "sgd":
        return 0.3 + decay + (rate + 1 + 2 * (params["momentum"] - 0.9)) ** 2 + 4 * (params["momentum"] - 0.9) ** 2
    if params["optimizer"] == "adam":
        return 0.1 + decay + (rate + 3) ** 2 + 3 * (math.log10(1 - params["beta"]) + 2) ** 2 / 4
    return 0.5 + decay + (rate + 2) ** 2 + (0.2 if params["centered"] else 0)


def layers(params):
    """Widths of so many layers as there are; deeper is better, and harder."""
    depth = params["depth"]
    width = [math.log2(params[f"width{i}"]) for i in range(depth)]
    return 2 / depth + 0.1 * depth + sum((w - 7 + i) ** 2 for i, w in enumerate(width)) / 8 + (math.log10(params["lr"]) + 2 + depth / 4) ** 2


# Constraints and several objectives -----------------------------------------------------------------------------------

def gramacy(x):
    """Gramacy et al. 2016: the best point lies where two constraints meet."""
    a, b = x
    return a + b, [1.5 - a - 2 * b - 0.5 * math.sin(2 * math.pi * (a * a - 2 * b)), a * a + b * b - 1.5]


def branin_disk(x):
    return branin(x), [(x[0] - 2.5) ** 2 + (x[1] - 7.5) ** 2 - 50]


def zdt(shape):
    def values(x):
        g = 1 + 9 * sum(x[1:]) / (len(x) - 1)
        return [x[0], g * shape(x[0], x[0] / g)]
    return values


def dtlz2(x):
    g = 1 + sum((v - 0.5) ** 2 for v in x[1:])
    return [g * math.cos(x[0] * math.pi / 2), g * math.sin(x[0] * math.pi / 2)]


ZDT = {"objectives": 2, "reference": (1.1, 6)}

FUNCTIONS = {
    "branin": Function([real("x0", -5, 10), real("x1", 0, 15)], on_vector(branin), 0.397887),
    "goldstein_price": Function(box(2, -2, 2), on_vector(goldstein_price), math.log(3)),
    "hartmann3": Function(box(3, 0, 1), on_vector(hartmann(HARTMANN3)), -3.86278),
    "hartmann6": Function(box(6, 0, 1), on_vector(hartmann(HARTMANN6)), -3.32237),
    "ackley5": Function(box(5, -16, 32), on_vector(ackley), 0),
    "rosenbrock5": Function(box(5, -5, 10), on_vector(rosenbrock), 0),
    "rastrigin5": Function(box(5, -4, 6), on_vector(rastrigin), 0),
    "styblinski5": Function(box(5, -5, 5), on_vector(styblinski), 5 * -39.16617),
    "decades4": Function(box(4, 1e-5, 10, log=True), on_vector(decades), 0),
    "levy10": Function(box(10, -5, 10), on_vector(levy), 0),
    "griewank10": Function(box(10, -300, 600), on_vector(griewank), 0),
    "rosenbrock5_whole": Function(box(5, -5, 10, whole), on_vector(rosenbrock), 0),
    "rastrigin5_steps": Function(box(5, -4, 6, step=0.25), on_vector(rastrigin), 0),
    "ackley5_mixed": Function([*box(3, -16, 32), *(whole(f"x{i}", -16, 32) for i in (3, 4))], on_vector(ackley), 0),
    "letters": Function([choice(f"c{i}", *LETTERS) for i in range(6)], letters, 0),
    "branin_choice": Function([real("x0", -5, 10), real("x1", 0, 15), choice("kind", "plain", "tilted", "mirrored", "flat")],
                              branin_choice, 0.397887),
    "optimizer": Function([choice("optimizer", "sgd", "adam", "rmsprop"), real("lr", 1e-6, 10, log=True),
                           real("decay", 1e-8, 1e-1, log=True), real("momentum", 0, 1, **{"if": {"optimizer": ["sgd"]}}),
                           real("beta", 0.5, 0.9999, **{"if": {"optimizer": ["adam"]}}),
                           choice("centered", True, False, **{"if": {"optimizer": ["rmsprop"]}})], optimizer, 0.1),
    "layers": Function([whole("depth", 1, 5), real("lr", 1e-6, 10, log=True),
                        *(whole(f"width{i}", 4, 512, log=True, **({"if": {"depth": list(range(i + 1, 6))}} if i else {}))
                          for i in range(5))], layers, 2 / 4 + 0.4),
    "gramacy": Function(box(2, 0, 1), on_vector(gramacy), 0.599788, constrained=True),
    "branin_disk": Function([real("x0", -5, 10), real("x1", 0, 15)], on_vector(branin_disk), 0.397887, constrained=True),
    "zdt1": Function(box(10, 0, 1), on_vector(zdt(lambda f, r: 1 - math.sqrt(r))), **ZDT),
    "zdt2": Function(box(10, 0, 1), on_vector(zdt(lambda f, r: 1 - r * r)), **ZDT),
    "zdt3": Function(box(10, 0, 1), on_vector(zdt(lambda f, r: 1 - math.sqrt(r) - r * math.sin(10 * math.pi * f))), **ZDT),
    "dtlz2": Function(box(6, 0, 1), on_vector(dtlz2), objectives=2, reference=(2.5, 2.5)),
}
