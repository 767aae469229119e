"""From a recipe's syntax tree to `ir.recipe.Recipe`: words known, values in range, parts that fit.

Input: a loaded program. Output: a `Recipe` for each sound one. What holds afterwards: every default
is filled in, sizes and classes fit the nets, and no two parts contradict each other. Nothing is
read but the source: whether a folder, a file or a library is there is the script's to find out.
"""

from __future__ import annotations

from archdsl.recipes.check import check_recipe, check_recipes

__all__ = ["check_recipe", "check_recipes"]
