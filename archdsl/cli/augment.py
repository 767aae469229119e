"""`archdsl augment FILE RECIPE IMAGE -o grid.png`."""

from __future__ import annotations

from pathlib import Path

import click

from archdsl.cli import options
from archdsl.cli.console import Console
from archdsl.cli.group import PROBLEMS
from archdsl.driver.request import Request


@click.command("augment")
@click.argument("file", shell_complete=options.offered("files"))
@click.argument("recipe")
@click.argument("image", type=click.Path(path_type=Path))
@options.target("torch", "Whose code is run: torch, which is the default, or keras.")
@options.output("FILE", "The picture: grid.png.", required=True)
@click.option("--rows", type=click.IntRange(1, 32), default=4, help="Rows of the grid: 4.")
@click.option("--columns", type=click.IntRange(1, 32), default=4, help="Columns of the grid: 4.")
@click.option("--seed", type=click.IntRange(0), default=0, help="Of the draws: 0.")
@click.option("--force", is_flag=True, help="Overwrite a file that archdsl did not generate.")
@options.root
@options.output_format
def command(
    file: str,
    recipe: str,
    image: Path,
    target: str,
    output: str,
    rows: int,
    columns: int,
    seed: int,
    force: bool,
    root: Path | None,
    console: Console,
) -> int:
    """Show what a recipe does with an image, as a grid of draws; the first is the image itself.

    It is the code of the recipe's scripts that is run: each target has draws of its own.
    """
    import tempfile

    from archdsl.cli.compile import write_recipe
    from archdsl.driver import run
    from archdsl.driver.scripts import lacking, run_script
    from archdsl.driver.writing import marked, save

    if Path(output).suffix.lower() != ".png":
        raise click.BadParameter("the picture is a PNG: grid.png", param_hint="'--output'")
    done = run(Request(file=file, root=root, recipes=(recipe,)))
    with tempfile.TemporaryDirectory(prefix="archdsl-") as place:
        folder = write_recipe(done, recipe, target, str(Path(place) / "recipe"), force=False)
        if folder is None:
            return console.report(done.diagnostics) or PROBLEMS
        missing = lacking(target)
        if missing:
            console.note(f"error: {missing}")
            return PROBLEMS
        made = Path(place) / "grid.png"
        shape = ["--rows", str(rows), "--columns", str(columns), "--seed", str(seed)]
        code = run_script(folder / "augment.py", [str(image), "-o", str(made), *shape])
        if code:
            return code
        picture = marked(made.read_bytes())
    save(Path(output), picture, done.diagnostics, force=force)
    return console.report(done.diagnostics)
