"""The size budget: files, functions, templates. Prints the worst ten and fails where a hard limit is passed."""

import ast
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE_HARD, FUNCTION_HARD, TEMPLATE_HARD, SETTINGS_HARD = 400, 60, 120, 300


def _files(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).exists()]


def _lines(path: Path) -> int:
    return sum(bool(line.strip()) for line in path.read_text(encoding="utf-8").splitlines())


def _functions(path: Path) -> list[tuple[int, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        ((node.end_lineno or node.lineno) - node.lineno + 1, f"{path.relative_to(ROOT)}:{node.name}")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def main() -> int:
    code = [path for path in _files("*.py") if "/migrations/" not in str(path) and "tests" not in path.parts]
    files = sorted(((_lines(path), str(path.relative_to(ROOT))) for path in code if _lines(path)), reverse=True)
    functions = sorted((found for path in code for found in _functions(path)), reverse=True)
    templates = sorted(((_lines(path), str(path.relative_to(ROOT))) for path in _files("templates/*")), reverse=True)
    tests = sum(_lines(path) for path in _files("tests/*.py"))
    total = sum(size for size, _name in files)
    file_median = statistics.median(size for size, _name in files)
    function_median = statistics.median(size for size, _name in functions)
    print(
        f"{len(files)} files, median {file_median:.0f} lines, {total} in all; tests {tests} ({tests / total:.2f} to 1)"
    )
    print(f"{len(functions)} functions, median {function_median:.0f} lines")
    for title, rows in (("Longest files", files), ("Longest functions", functions), ("Longest templates", templates)):
        print(f"\n{title}")
        for size, name in rows[:10]:
            print(f"{size:6}  {name}")
    over = [row for row in files if row[0] > FILE_HARD] + [row for row in functions if row[0] > FUNCTION_HARD]
    over += [row for row in templates if row[0] > TEMPLATE_HARD]
    over += [row for row in files if row[1] == "qms/settings.py" and row[0] > SETTINGS_HARD]
    for size, name in over:
        print(f"\nOver the hard limit: {name} has {size} lines", file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
