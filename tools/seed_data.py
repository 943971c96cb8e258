"""Puts data files that are already on this machine where keryx and Keras look for them.

    python tools/seed_data.py DATA_FOLDER KERAS_HOME

`DATA_FOLDER` may have `mnist.npz` and `cifar100_sample.npz`. The second is a *sample*
of CIFAR-100: it is laid out as the official files are, but has fewer images, and
another digest. Set KERYX_TRUST_LOCAL_DATA=1 to have `keryx.datasets` use such files.
"""

import argparse
import pickle
import shutil
import tarfile
from pathlib import Path

import numpy as np

CIFAR_100 = "cifar-100-python"
GROUPS = {
    "aquatic_mammals": "beaver dolphin otter seal whale",
    "fish": "aquarium_fish flatfish ray shark trout",
    "flowers": "orchid poppy rose sunflower tulip",
    "food_containers": "bottle bowl can cup plate",
    "fruit_and_vegetables": "apple mushroom orange pear sweet_pepper",
    "household_electrical_devices": "clock keyboard lamp telephone television",
    "household_furniture": "bed chair couch table wardrobe",
    "insects": "bee beetle butterfly caterpillar cockroach",
    "large_carnivores": "bear leopard lion tiger wolf",
    "large_man-made_outdoor_things": "bridge castle house road skyscraper",
    "large_natural_outdoor_scenes": "cloud forest mountain plain sea",
    "large_omnivores_and_herbivores": "camel cattle chimpanzee elephant kangaroo",
    "medium_mammals": "fox porcupine possum raccoon skunk",
    "non-insect_invertebrates": "crab lobster snail spider worm",
    "people": "baby boy girl man woman",
    "reptiles": "crocodile dinosaur lizard snake turtle",
    "small_mammals": "hamster mouse rabbit shrew squirrel",
    "trees": "maple_tree oak_tree palm_tree pine_tree willow_tree",
    "vehicles_1": "bicycle bus motorcycle pickup_truck train",
    "vehicles_2": "lawn_mower rocket streetcar tank tractor",
}


def seed(source: Path, root: Path) -> list[Path]:
    """Fills the cache `root` from the folder `source`; returns what it wrote."""
    folder = root / "datasets"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    if (source / "mnist.npz").is_file():
        written.append(Path(shutil.copy(source / "mnist.npz", folder / "mnist.npz")))
    if (source / "cifar100_sample.npz").is_file():
        with np.load(source / "cifar100_sample.npz") as sample:
            written += write_cifar100(dict(sample), folder)
    return written


def write_cifar100(sample: dict[str, np.ndarray], folder: Path) -> list[Path]:
    """Writes images, labels and names as CIFAR-100's folder and archive."""
    inner = folder / CIFAR_100
    inner.mkdir(exist_ok=True)
    names = [str(name) for name in sample["classes"]]
    for part in ("train", "test"):
        batch = make_batch(sample[f"x_{part}"], sample[f"y_{part}"], names, part)
        write_pickle(inner / part, batch)
    meta = {b"fine_label_names": names, b"coarse_label_names": list(GROUPS)}
    encoded = {key: [name.encode() for name in value] for key, value in meta.items()}
    write_pickle(inner / "meta", encoded)
    packed = folder / f"{CIFAR_100}.tar.gz"
    with tarfile.open(packed, "w:gz", compresslevel=1) as archive:
        archive.add(inner, CIFAR_100)
    return [inner, packed]


def make_batch(
    images: np.ndarray, labels: np.ndarray, names: list[str], part: str
) -> dict[bytes, object]:
    """Returns one part as the official files have it: colours one after the other."""
    group_of = {
        fine: i for i, text in enumerate(GROUPS.values()) for fine in text.split()
    }
    return {
        b"data": images.transpose(0, 3, 1, 2).reshape(len(images), -1).copy(),
        b"fine_labels": [int(label) for label in labels],
        b"coarse_labels": [group_of[names[label]] for label in labels],
        b"filenames": [b"%s_%d.png" % (part.encode(), i) for i in range(len(labels))],
        b"batch_label": b"sample of " + part.encode(),
    }


def write_pickle(path: Path, value: object) -> None:
    """Writes a pickle that `encoding="bytes"` reads as the official ones."""
    with path.open("wb") as file:
        pickle.dump(value, file, protocol=4)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data_folder", type=Path)
    parser.add_argument("keras_home", type=Path)
    arguments = parser.parse_args()
    for path in seed(arguments.data_folder, arguments.keras_home):
        print(path)
