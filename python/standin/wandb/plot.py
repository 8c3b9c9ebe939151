"""wandb.plot: charts can be made and logged; nothing is drawn."""
from .data_types import Media


class CustomChart(Media):
    pass


Visualize = CustomChart


def _chart(*args, **kwargs):
    return CustomChart()


bar = confusion_matrix = histogram = line = line_series = pr_curve = roc_curve = scatter = visualize = _chart
plot_table = _chart
