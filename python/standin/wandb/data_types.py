"""Images, tables, artifacts and the like: they can be made and logged, and nothing is kept of them but a table's rows."""
import contextlib
import os

from . import _absent


class Media:
    """Takes whatever wandb's class takes, and holds none of it."""

    def __init__(self, *args, **kwargs):
        pass

    def __repr__(self):
        return "<wandb.{} (not kept)>".format(type(self).__name__)


class Image(Media):
    pass


class Video(Media):
    pass


class Audio(Media):
    pass


class Html(Media):
    pass


class Histogram(Media):
    MAX_LENGTH = 512


class Object3D(Media):
    @classmethod
    def from_file(cls, *args, **kwargs):
        return cls()

    from_numpy = from_point_cloud = from_file


class Molecule(Object3D):
    from_rdkit = from_smiles = Object3D.from_file


class Plotly(Media):
    pass


class Graph(Media):
    pass


class Classes(Media):
    pass


class Bokeh(Media):
    pass


class JoinedTable(Media):
    pass


def box3d(*args, **kwargs):
    return {}


class Table(Media):
    """Rows and columns, as far as scripts read them back."""

    MAX_ROWS = 10000

    def __init__(self, columns=None, data=None, rows=None, dataframe=None, dtype=None, optional=True,
                 allow_mixed_types=False, log_mode=None, **kwargs):
        super().__init__()
        if dataframe is not None:
            columns, data = list(dataframe.columns), dataframe.values.tolist()
        rows = data if data is not None else rows
        if hasattr(rows, "tolist"):
            rows = rows.tolist()
        self.data = [list(row) for row in rows or []]
        width = len(self.data[0]) if self.data else 0
        self.columns = list(columns) if columns is not None else ["Column {}".format(i + 1) for i in range(width)]

    def add_data(self, *data):
        if len(data) != len(self.columns):
            raise ValueError("add_data: {} values for {} columns ({})".format(len(data), len(self.columns),
                                                                             ", ".join(map(str, self.columns))))
        self.data.append(list(data))

    add_row = add_data

    def add_column(self, name, data, optional=False):
        data = list(data)
        if self.data and len(data) != len(self.data):
            raise ValueError("add_column: {} values for {} rows".format(len(data), len(self.data)))
        if not self.data:
            self.data = [[] for _ in data]
        self.columns.append(name)
        for row, value in zip(self.data, data):
            row.append(value)

    def get_column(self, name, convert_to=None):
        at = self.columns.index(name)
        return [row[at] for row in self.data]

    def iterrows(self):
        return enumerate(self.data)

    def get_dataframe(self):
        import pandas

        return pandas.DataFrame(self.data, columns=self.columns)


class EvalTable(Table):
    pass


class Artifact:
    """Has a name and takes files; they stay where they are, and no copy is made."""

    def __init__(self, name, type, description=None, metadata=None, incremental=False, use_as=None, **kwargs):
        self.name = name
        self.type = type
        self.description = description
        self.metadata = dict(metadata or {})
        self.aliases = []
        self.tags = []
        self.ttl = None
        self.version = "v0"
        self.id = self.digest = None
        self._folder = None

    def add_file(self, local_path, name=None, **kwargs):
        if not os.path.isfile(local_path):
            raise ValueError("Artifact.add_file: {} is no file".format(local_path))

    def add_dir(self, local_path, name=None, **kwargs):
        if not os.path.isdir(local_path):
            raise ValueError("Artifact.add_dir: {} is no folder".format(local_path))

    def add(self, obj, name=None, overwrite=False):
        pass

    def add_reference(self, uri, name=None, **kwargs):
        return []

    @contextlib.contextmanager
    def new_file(self, name, mode="w", encoding=None):
        """A file in a folder that goes away with the script."""
        if self._folder is None:
            import tempfile

            self._folder = tempfile.TemporaryDirectory(prefix="wandb-artifact-")
        path = os.path.join(self._folder.name, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, mode, encoding=encoding if "b" in mode else encoding or "utf-8") as file:
            yield file

    def wait(self, timeout=None):
        return self

    def save(self, *args, **kwargs):
        pass

    finalize = save

    def is_draft(self):
        return True

    download = checkout = get = get_path = file = lambda self, *args, **kwargs: _absent.function("use_artifact")()
