"""GRU(128) on 3200 sequences of 100 steps with 32 features, batch 64, one epoch."""

from harness import main
from sequences import long

if __name__ == "__main__":
    words = "GRU(128), 3,200 sequences of 100 steps, batch 64, one epoch"
    main(long("GRU", "gru_long", words))
