"""Three convolutions and two dense layers, 12,000 images, batch 32: one epoch."""

from harness import main
from images import digits
from networks import deeper, deeper_torch

if __name__ == "__main__":
    words = "Conv32-pool-Conv64-Conv64-pool-Dense100-10, 12,000 images, batch 32, "
    main(digits("cnn_deep", words + "one epoch", deeper, deeper_torch))
