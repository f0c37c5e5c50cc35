"""What the rooms of this folder share: tools away from .venv, steps that say if they fail, results that are whole."""

import shutil
import subprocess
import sys

import start


def run(step, *command, **options):
    """Run a module of this Python; `step` is what to call it if it fails."""
    if subprocess.run([sys.executable, "-m", *map(str, command)], **options).returncode:
        raise start.Trouble(f"{step} failed; the lines above say why.")


def install_tools(folder, requirements, *options):
    """Put the packages of a file into a folder of their own, unless they are there. options: of pip."""
    stamp, wanted = folder / "installed", f"{sys.version}\n{requirements.read_text(encoding='utf-8')}"
    with start.only_one():
        if start.read(stamp) != wanted:
            shutil.rmtree(folder, ignore_errors=True)
            run("The installation", "pip", "--no-input", "install", *options, "--target", folder, "-r", requirements)
            stamp.write_text(wanted, encoding="utf-8")


def put_in_place(new, out, mark):
    """Move the folder `new` to `out`, in place of an earlier one. mark: a file by which that is told from others."""
    old = new.with_name("old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        must_be_ours(out, mark)
        shutil.move(out, old)
    out.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(new, out)
    shutil.rmtree(old, ignore_errors=True)


def must_be_ours(out, mark):
    """Refuse a folder that holds something else than an earlier result, which has the file `mark`."""
    if out.exists() and not (out / mark).exists():
        raise start.Trouble(f"{out} holds something else than we made. Name another folder, or remove this one.")
