"""Philox4x32-10 in numpy, addressed as in src/random/philox.ts: an independent second writing of the generator.

Key = (seed mod 2^32, seed div 2^32), counter = (block, step, layer, stream); element i is lane i mod 4 of block i div 4.
Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011 (library Random123).
"""
import numpy as np

STREAM = {"init": 1, "mask": 2, "order": 3, "augment": 4}

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = 0x9E3779B9, 0xBB67AE85
_LOW, _32 = np.uint64(0xFFFFFFFF), np.uint64(32)


def philox4x32(c0, c1, c2, c3, k0, k1):
    """Ten rounds on arrays of counter words (uint64 holding 32 bits); returns the four output words."""
    c0, c1, c2, c3 = (np.atleast_1d(np.asarray(c, dtype=np.uint64)) for c in (c0, c1, c2, c3))
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (p1 >> _32) ^ c1 ^ np.uint64(k0), p1 & _LOW, (p0 >> _32) ^ c3 ^ np.uint64(k1), p0 & _LOW
        k0, k1 = (k0 + _W0) & 0xFFFFFFFF, (k1 + _W1) & 0xFFFFFFFF
    return c0, c1, c2, c3


def random_u32(seed, stream, layer, step, count):
    """Elements 0 .. count-1 of a stream as uint32."""
    blocks = np.arange((count + 3) // 4, dtype=np.uint64)
    words = philox4x32(blocks, step, layer, stream, seed & 0xFFFFFFFF, seed >> 32)
    return np.stack(np.broadcast_arrays(*words), axis=-1).reshape(-1)[:count].astype(np.uint32)


def self_test():
    """The known-answer vectors of Random123 for philox4x32-10."""
    full = 0xFFFFFFFF
    vectors = [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((full,) * 4, (full, full), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        ((0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0),
         (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)),
    ]
    for counter, key, expected in vectors:
        actual = tuple(int(word[0]) for word in philox4x32(*counter, *key))
        assert actual == expected, (counter, key, [hex(word) for word in actual])


if __name__ == "__main__":
    self_test()
    print("philox4x32-10 meets the known answers of Random123")
