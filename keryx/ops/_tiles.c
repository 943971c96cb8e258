/* Convolutions and matrix products of float32 on the tile unit (AMX) of x86 processors.

   The unit multiplies bfloat16 numbers and adds in float32, sixteen times as fast as
   the vector units multiply float32. A float32 number is the sum of three bfloat16
   numbers, exactly: its mantissa cut into three pieces of eight bits. Of the nine
   products of two such sums the six largest are computed; the rest lies below the
   rounding of float32 itself. So the results have float32's accuracy.

   Arrays are channels-last. A convolution of stride 1 with one image

       y[q, f] = sum over taps t and channels c of x[q + shift(t), c] w[t, c, f]

   is a sum of matrix products if the positions q of an image are numbered in rows of
   one fixed pitch with zeros between: then a tap shifts all positions alike, and the
   tile of a tap is read where it lies. A plain product is the case of one tap. Both of
   its gradients are of the same two kinds, `convolve` and `kernel_gradient`.

   Blocks: 32 positions x 32 filters in four accumulating tiles, 32 channels (of the
   three pieces: 3 x 1 KiB a tile) at a time. Work is shared out to XLA's own threads.
   Each splits what it multiplies: to split a number twice costs less than to fetch its
   pieces from another core. The order of every sum depends on the number of threads at
   most. What would leave tiles mostly empty, receptive fields of few numbers and products
   of few rows, is computed on the vector unit. */

#include "_kernels.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
  PIECES = 3,
  TILE = 1024,              /* bytes: 16 rows of 32 bfloat16 numbers */
  BLOCK = PIECES * TILE,    /* the pieces of one tile */
  UNIT_BYTES = 512 << 10,   /* what one thread splits at once for itself */
  GROUP_BYTES = 3 << 20,    /* the same, where the kernel is too large for a cache */
  KERNEL_BYTES = 3 << 19,   /* a split kernel that stays in the second-level cache */
  DEEP = 32,                /* tiles along the sum that are split at once */
};

typedef uint16_t Half;

/* ---- Memory: blocks that stay mapped from call to call ----------------------- */

enum { KEPT = 8 };
static struct { void *data; size_t size; } kept[KEPT];
static atomic_flag busy = ATOMIC_FLAG_INIT;

/* Returns at least `size` bytes, and in `size` how many. */
static char *take(size_t *size) {
  int best = -1;
  while (atomic_flag_test_and_set(&busy)) _mm_pause();
  for (int i = 0; i < KEPT; i++)
    if (kept[i].size >= *size && (best < 0 || kept[i].size < kept[best].size)) best = i;
  void *data = NULL;
  if (best >= 0) {
    data = kept[best].data, *size = kept[best].size;
    kept[best].data = NULL, kept[best].size = 0;
  }
  atomic_flag_clear(&busy);
  if (data) return data;
  *size = UP(*size, 1 << 16);
  return aligned_alloc(64, *size);
}

/* Gives memory back; of nine blocks the smallest is freed. */
static void give(void *data, size_t size) {
  int least = 0;
  while (atomic_flag_test_and_set(&busy)) _mm_pause();
  for (int i = 1; i < KEPT; i++)
    if (kept[i].size < kept[least].size) least = i;
  if (size > kept[least].size) {
    void *old = kept[least].data;
    size_t old_size = kept[least].size;
    kept[least].data = data, kept[least].size = size;
    data = old, size = old_size;
  }
  atomic_flag_clear(&busy);
  free(data);
}

/* ---- Splitting into pieces --------------------------------------------------- */

/* Cuts the leading eight bits of the mantissa off `v`. */
INLINE __m512i cut(__m512 *v) {
  __m512i top = _mm512_and_si512(_mm512_castps_si512(*v), _mm512_set1_epi32(0xffff0000));
  *v = _mm512_sub_ps(*v, _mm512_castsi512_ps(top));
  return top;
}

/* The pieces of a and b side by side in 32 bits, a in the lower half. */
INLINE void split_pair(__m512 a, __m512 b, char *out, Int piece) {
  for (int i = 0; i < PIECES; i++) {
    __m512i low = _mm512_srli_epi32(cut(&a), 16);
    _mm512_storeu_si512(out + i * piece, _mm512_or_si512(low, cut(&b)));
  }
}

/* The pieces of 32 numbers in their order. */
INLINE void split_run(__m512 a, __m512 b, char *out, Int piece) {
  const __m512i odd = _mm512_set_epi16(
      63, 61, 59, 57, 55, 53, 51, 49, 47, 45, 43, 41, 39, 37, 35, 33, 31, 29, 27, 25, 23,
      21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1);
  for (int i = 0; i < PIECES; i++) {
    __m512i low = cut(&a);
    _mm512_storeu_si512(out + i * piece, _mm512_permutex2var_epi16(low, odd, cut(&b)));
  }
}

INLINE __m512 load(const float *p, Int n) { return _mm512_maskz_loadu_ps(first(n), p); }

/* Transposes 16 x 16 numbers of 32 bits. */
INLINE void transpose(const char *in, char *out, Int stride) {
  __m512i r[16], t[16];
  for (int i = 0; i < 16; i++) r[i] = _mm512_loadu_si512(in + 64 * i);
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
  }
  for (int i = 0; i < 16; i += 4) {
    r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
    r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
    r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
    r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
  for (int i = 0; i < 4; i++) {
    __m512i a = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
    __m512i b = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
    __m512i c = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
    __m512i d = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
    _mm512_storeu_si512(out + stride * i, _mm512_shuffle_i32x4(a, c, 0x88));
    _mm512_storeu_si512(out + stride * (i + 4), _mm512_shuffle_i32x4(b, d, 0x88));
    _mm512_storeu_si512(out + stride * (i + 8), _mm512_shuffle_i32x4(a, c, 0xdd));
    _mm512_storeu_si512(out + stride * (i + 12), _mm512_shuffle_i32x4(b, d, 0xdd));
  }
}

/* ---- The product of blocks ----------------------------------------------------- */

/* Where the left tiles lie: at `at + step[k]`, rows `row` apart, pieces `piece`. */
typedef struct {
  const char *at;
  const Int *step;
  Int row, piece;
} Left;

#define ROWS2 (rows > 1)
#define COLS2 (cols > 1)
#define LOAD_LEFT(p)                                                    \
  _tile_loadd(4, a + (p)*left.piece, left.row);                         \
  if (ROWS2) _tile_loadd(5, a + (p)*left.piece + 16 * left.row, left.row);
#define LOAD_RIGHT(p)                          \
  _tile_loadd(6, b + (p)*TILE, 64);            \
  if (COLS2) _tile_loadd(7, b + panel + (p)*TILE, 64);
#define MULTIPLY                                 \
  _tile_dpbf16ps(0, 4, 6);                       \
  if (COLS2) _tile_dpbf16ps(1, 4, 7);            \
  if (ROWS2) _tile_dpbf16ps(2, 5, 6);            \
  if (ROWS2 && COLS2) _tile_dpbf16ps(3, 5, 7);

/* out (32 x 32) = sum over k of left tiles times right tiles, smallest terms first. */
INLINE void block(Left left, const char *b, Int panel, Int depth, float *out, int rows,
                  int cols) {
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  for (Int k = 0; k < depth; k++, b += BLOCK) {
    const char *a = left.at + left.step[k];
    LOAD_LEFT(2) LOAD_RIGHT(0) MULTIPLY
    LOAD_LEFT(1) MULTIPLY
    LOAD_RIGHT(1) MULTIPLY
    LOAD_LEFT(0) MULTIPLY
    LOAD_RIGHT(2) MULTIPLY
    LOAD_RIGHT(0) MULTIPLY
  }
  _tile_stored(0, out, 128);
  if (COLS2) _tile_stored(1, out + 16, 128);
  if (ROWS2) _tile_stored(2, out + 512, 128);
  if (ROWS2 && COLS2) _tile_stored(3, out + 528, 128);
}

static void multiply(Left left, const char *b, Int panel, Int depth, float *out,
                     int rows, int cols) {
  if (rows > 1)
    cols > 1 ? block(left, b, panel, depth, out, 2, 2)
             : block(left, b, panel, depth, out, 2, 1);
  else
    cols > 1 ? block(left, b, panel, depth, out, 1, 2)
             : block(left, b, panel, depth, out, 1, 1);
}

/* Writes `n` numbers, or adds them to what is there. */
INLINE void put(float *to, const float *from, Int n, int add) {
  for (Int i = 0; i < n; i += 16) {
    __mmask16 some = first(n - i);
    __m512 v = _mm512_loadu_ps(from + i);
    if (add) v = _mm512_add_ps(v, _mm512_maskz_loadu_ps(some, to + i));
    _mm512_mask_storeu_ps(to + i, some, v);
  }
}

/* ---- Convolution ---------------------------------------------------------------- */

typedef struct {
  Pool *pool;
  const float *x, *w;
  float *y;
  Int images, height, width, channels;  /* of x */
  Int taps_h, taps_w, filters;          /* of w */
  Int out_h, out_w;                     /* of y */
  Int top, left, rate_h, rate_w;
  int adjoint; /* w is [taps, filters, channels], its taps in reverse order */
  int run;     /* channels of neighbouring taps are summed in one go */
  Int pitch, stride, depth, *step;      /* positions a row, numbers a position, tiles */
  Int band, bands, units;               /* output rows a unit, units an image, in all */
  Int unit_rows, piece, unit_bytes;
  Int panels, span;                     /* filters / 32, and how many at once */
  Int group, start;                     /* units at once, the first one */
  Int deep, from;                       /* tiles along the sum in one go, the first */
  char *split, *right;                  /* of all threads, one after the other */
  Int split_bytes, right_bytes;         /* of one */
  char ready[MOST_THREADS];             /* whether it has split what all items share */
} Conv;

/* Splits the rows of x that one unit's outputs read; zeros around. */
static void split_unit(Conv *c, Int unit, char *out) {
  Int n = unit / c->bands, band = unit % c->bands;
  Int firsth = band * c->band - c->top;
  Int line = c->pitch * c->stride * 2;
  const float *image = c->x + n * c->height * c->width * c->channels;
  int padded = c->pitch > c->width || firsth < 0 || firsth + c->unit_rows > c->height;
  for (int p = 0; p < PIECES; p++) {
    char *end = out + p * c->piece + c->unit_rows * line;
    if (padded) memset(out + p * c->piece, 0, c->unit_rows * line);
    /* The last row's zeros on the right; a tile may begin at the very last number. */
    memset(end, 0, c->left * c->stride * 2 + 64);
  }
  for (Int r = 0; r < c->unit_rows; r++) {
    Int h = firsth + r;
    if (h < 0 || h >= c->height) continue;
    const float *row = image + h * c->width * c->channels;
    char *to = out + r * line + c->left * c->stride * 2;
    if (c->run) {
      Int n = c->width * c->channels;
      for (Int i = 0; i + 32 <= n; i += 32)
        split_run(_mm512_loadu_ps(row + i), _mm512_loadu_ps(row + i + 16), to + 2 * i,
                  c->piece);
      if (n % 32) {
        char last[PIECES * 64];
        Int i = n - n % 32;
        split_run(load(row + i, n - i), load(row + i + 16, n - i - 16), last, 64);
        for (int p = 0; p < PIECES; p++)
          memcpy(to + 2 * i + p * c->piece, last + 64 * p, 2 * (n - i));
      }
      continue;
    }
    for (Int w = 0; w < c->width; w++, row += c->channels, to += c->stride * 2) {
      Int i = 0;
      for (; i + 32 <= c->channels; i += 32)
        split_pair(_mm512_loadu_ps(row + i), _mm512_loadu_ps(row + i + 16), to + 2 * i,
                   c->piece);
      if (i < c->channels)
        split_pair(load(row + i, c->channels - i), load(row + i + 16, c->channels - i - 16),
                   to + 2 * i, c->piece);
    }
  }
}

/* Splits the tile of 32 channels (of tile k along the sum) and 16 filters from f on. */
static void split_kernel_tile(Conv *c, Int k, Int f, char *out) {
  Int filters = c->filters - f, valid, channel = 0, tap;
  if (c->run) {
    Int run = c->taps_w * c->channels, tiles = CEIL(run, 32);
    tap = k / tiles * c->taps_w, channel = k % tiles * 32, valid = run - channel;
  } else {
    Int tiles = CEIL(c->channels, 32);
    tap = k / tiles, channel = k % tiles * 32, valid = c->channels - channel;
  }
  if (c->adjoint) {
    char turned[BLOCK] __attribute__((aligned(64)));
    Int taps = c->taps_h * c->taps_w;
    const float *w = c->w + ((taps - 1 - tap) * c->filters + f) * c->channels + channel;
    for (Int i = 0; i < 16; i++, w += c->channels) {
      Int n = i < filters ? valid : 0;
      split_pair(load(w, n), load(w + 16, n - 16), turned + 64 * i, TILE);
    }
    for (int p = 0; p < PIECES; p++) transpose(turned + p * TILE, out + p * TILE, 64);
    return;
  }
  const float *w = c->w + (tap * c->channels + channel) * c->filters + f;
  Int near = c->run ? 2 : 1, far = c->run ? 1 : 16;
  for (Int i = 0; i < 16; i++) {
    Int one = near * i, two = near * i + far;
    split_pair(load(w + one * c->filters, one < valid ? filters : 0),
               load(w + two * c->filters, two < valid ? filters : 0), out + 64 * i, TILE);
  }
}

/* Multiplies all positions of one unit with one panel of 32 filters. */
static void multiply_unit(Conv *c, Int unit, const char *split, Int panel,
                          const char *right, Int from, Int depth) {
  float out[1024] __attribute__((aligned(64)));
  Int n = unit / c->bands, band = unit % c->bands * c->band;
  Int rows = MIN(c->band, c->out_h - band), f = panel * 32;
  Int count = (rows - 1) * c->pitch + c->out_w, filters = MIN(32, c->filters - f);
  float *y = c->y + (n * c->out_h + band) * c->out_w * c->filters + f;
  Int h = 0, w = 0;
  for (Int q = 0; q < count; q += 32) {
    Left left = {split + q * c->stride * 2, c->step + from, c->stride * 2, c->piece};
    multiply(left, right, c->deep * BLOCK, depth, out, count - q > 16 ? 2 : 1,
             filters > 16 ? 2 : 1);
    for (Int i = 0; i < MIN(32, count - q); i++) {
      if (w < c->out_w)
        put(y + (h * c->out_w + w) * c->filters, out + 32 * i, filters, from > 0);
      if (++w == c->pitch) w = 0, h++;
    }
  }
}

/* Splits neighbouring panels; rows of the kernel are read in long pieces. */
static void split_panels(Conv *c, Int panel, Int panels, Int from, Int depth, char *out) {
  Int most = MIN(2 * panels, CEIL(c->filters - panel * 32, 16));
  for (Int k = 0; k < depth; k++)
    for (Int half = 0; half < most; half++)
      split_kernel_tile(c, from + k, panel * 32 + half * 16,
                        out + (half * c->deep + k) * BLOCK);
}

/* Work items: some images, by a thread that has split the kernel. */
static void item_images(void *args, int item, int worker) {
  Conv *c = args;
  char *split = c->split + worker * c->split_bytes;
  char *right = c->right + worker * c->right_bytes;
  if (!c->ready[worker]) split_panels(c, 0, c->panels, 0, c->depth, right);
  c->ready[worker] = 1;
  Int start = item * c->group, end = MIN(start + c->group, c->units);
  for (Int u = start; u < end; u++) split_unit(c, u, split + (u - start) * c->unit_bytes);
  for (Int panel = 0; panel < c->panels; panel++)
    for (Int u = start; u < end; u++)
      multiply_unit(c, u, split + (u - start) * c->unit_bytes, panel,
                    right + panel * 2 * c->deep * BLOCK, 0, c->depth);
}

/* Or: some filters, by a thread that has split a group of images. */
static void item_filters(void *args, int item, int worker) {
  Conv *c = args;
  Int panel_bytes = 2 * c->deep * BLOCK, panel = item * c->span;
  Int panels = MIN(c->span, c->panels - panel);
  Int end = MIN(c->start + c->group, c->units);
  char *split = c->split + worker * c->split_bytes;
  char *right = c->right + worker * c->right_bytes;
  for (Int u = c->start; u < end && !c->ready[worker]; u++)
    split_unit(c, u, split + (u - c->start) * c->unit_bytes);
  c->ready[worker] = 1;
  for (Int from = 0; from < c->depth; from += c->deep) {
    Int depth = MIN(c->deep, c->depth - from);
    split_panels(c, panel, panels, from, depth, right);
    for (Int p = 0; p < panels; p++)
      for (Int u = c->start; u < end; u++)
        multiply_unit(c, u, split + (u - c->start) * c->unit_bytes, panel + p,
                      right + p * panel_bytes, from, depth);
  }
}

/* Where each tile along the sum lies, relative to its position. */
static void lay_steps(Conv *c) {
  Int tiles = c->run ? CEIL(c->taps_w * c->channels, 32) : CEIL(c->channels, 32), k = 0;
  for (Int i = 0; i < c->taps_h; i++)
    for (Int j = 0; j < (c->run ? 1 : c->taps_w); j++)
      for (Int t = 0; t < tiles; t++)
        c->step[k++] =
            2 * ((i * c->rate_h * c->pitch + j * c->rate_w) * c->stride + 32 * t);
}

static Int odd_lines(Int numbers) { /* so that rows fall into different cache sets */
  Int lines = CEIL(numbers, 32);
  return 32 * (lines > 1 && lines % 2 == 0 ? lines + 1 : lines);
}

static void convolve(Conv *c) {
  Int right = c->out_w - 1 + (c->taps_w - 1) * c->rate_w - (c->width - 1) - c->left;
  Int padded = c->taps_h * c->taps_w * CEIL(c->channels, 32);
  Int runs = c->taps_h * CEIL(c->taps_w * c->channels, 32);
  c->run = !c->adjoint && c->rate_w == 1 && runs < padded;
  c->pitch = c->width + MAX(0, MAX(c->left, right));
  c->stride = c->run ? c->channels : odd_lines(c->channels);
  c->depth = c->run ? runs : padded;
  c->panels = CEIL(c->filters, 32);
  Int more = (c->taps_h - 1) * c->rate_h, line = c->pitch * c->stride * 2;
  int by_images = c->depth * c->panels * 2 * BLOCK <= KERNEL_BYTES ||
                  c->panels < 2 * c->pool->threads;
  Int most = MAX(1, UNIT_BYTES / (PIECES * line) - more);
  Int fair = CEIL(c->out_h * c->images, 4 * c->pool->threads);
  c->band = MIN(c->out_h, MIN(most, MAX(fair, CEIL(32, c->pitch))));
  if (c->pitch == 1) c->band = MIN(c->out_h, UP(c->band, 32));
  c->bands = CEIL(c->out_h, c->band);
  c->band = CEIL(c->out_h, c->bands);
  if (c->pitch == 1) c->band = MIN(c->out_h, UP(c->band, 32));
  c->bands = CEIL(c->out_h, c->band);
  c->units = c->images * c->bands;
  c->unit_rows = c->band + more;
  /* Tiles of the last position may reach 31 positions and one tile too far. */
  c->piece = UP(c->unit_rows * line + (32 + (c->taps_w - 1) * c->rate_w) * c->stride * 2,
                64) + 64 + 128;
  c->unit_bytes = PIECES * c->piece;
  Int step_bytes = UP(c->depth * sizeof(Int), 64);
  int threads = c->pool->threads;
  if (by_images) {
    c->deep = c->depth, c->span = c->panels;
    c->group = MAX(1, MIN(UNIT_BYTES / c->unit_bytes, c->units / (4 * threads)));
  } else {
    c->deep = MIN(c->depth, DEEP);
    c->span = MAX(1, MIN(4, c->panels / (2 * threads)));
    c->group = MAX(1, MIN(c->units, GROUP_BYTES / c->unit_bytes));
  }
  c->split_bytes = c->group * c->unit_bytes;
  c->right_bytes = c->span * 2 * c->deep * BLOCK;
  size_t size = step_bytes + threads * (c->split_bytes + c->right_bytes);
  char *memory = take(&size);
  c->step = (Int *)memory, c->split = memory + step_bytes;
  c->right = c->split + threads * c->split_bytes;
  lay_steps(c);
  if (by_images) share_out(c->pool, CEIL(c->units, c->group), item_images, c);
  for (c->start = 0; !by_images && c->start < c->units; c->start += c->group) {
    memset(c->ready, 0, sizeof c->ready);
    share_out(c->pool, CEIL(c->panels, c->span), item_filters, c);
  }
  give(memory, size);
}

/* ---- Its gradient with respect to the kernel -------------------------------------- */

typedef struct {
  Pool *pool;
  const float *x, *g;
  float *w;
  Int images, height, width, channels, out_h, out_w, filters, taps_h, taps_w;
  Int top, left, rate_h, rate_w;
  Int pitch, band, bands, units, unit_rows, length, row, piece, left_bytes, right_bytes;
  Int blocks;                 /* of 32 positions a unit */
  Int channel_blocks, panels; /* of 32 */
  Int parts, group;           /* work items, and units at once in each */
  int by_channels;            /* whether a part has some channels, or some images */
  Int *step;
  float *partial;             /* sums of the parts but the first */
  char *memory;
  Int part_bytes;
} Grad;

/* Splits one unit's inputs, channel by channel; zeros around. */
static void split_inputs(Grad *c, Int unit, Int channel, char *out) {
  char turned[BLOCK] __attribute__((aligned(64)));
  Int n = unit / c->bands, firsth = unit % c->bands * c->band - c->top;
  const float *image = c->x + n * c->height * c->width * c->channels + channel;
  Int h = firsth, w = -c->left, valid = c->channels - channel;
  for (Int at = 0; at < c->length; at += 32, out += 64) {
    __m512 v[32];
    for (int i = 0; i < 32; i++) {
      int inside = h >= 0 && h < c->height && w >= 0 && w < c->width &&
                   h < firsth + c->unit_rows;
      v[i] = inside ? load(image + (h * c->width + w) * c->channels, valid)
                    : _mm512_setzero_ps();
      if (++w == c->pitch - c->left) w = -c->left, h++;
    }
    for (int i = 0; i < 16; i++)
      split_pair(v[2 * i], v[2 * i + 1], turned + 64 * i, TILE);
    for (int p = 0; p < PIECES; p++)
      transpose(turned + p * TILE, out + p * c->piece, c->row);
  }
}

/* Splits one unit's gradients of the outputs; zeros in the gaps between rows. */
static void split_gradients(Grad *c, Int unit, Int f, char *out) {
  Int n = unit / c->bands, band = unit % c->bands * c->band;
  Int rows = MIN(c->band, c->out_h - band), valid = c->filters - f, h = 0, w = 0;
  const float *g = c->g + (n * c->out_h + band) * c->out_w * c->filters + f;
  for (Int k = 0; k < c->blocks; k++, out += BLOCK) {
    for (int i = 0; i < 16; i++) {
      __m512 v[2];
      for (int j = 0; j < 2; j++) {
        int inside = h < rows && w < c->out_w;
        v[j] = inside ? load(g + (h * c->out_w + w) * c->filters, valid)
                      : _mm512_setzero_ps();
        if (++w == c->pitch) w = 0, h++;
      }
      split_pair(v[0], v[1], out + 64 * i, TILE);
    }
  }
}

/* Adds up all taps for the channel blocks `from` to `to`, of units split before. */
static void multiply_kernel(Grad *c, Int from, Int to, Int units, const char *split,
                            const char *right, float *w, int add) {
  float out[1024] __attribute__((aligned(64)));
  Int panel_bytes = c->group * c->blocks * BLOCK;
  for (Int tap = 0; tap < c->taps_h * c->taps_w; tap++) {
    Int i = tap / c->taps_w, j = tap % c->taps_w;
    Int shift = 2 * (i * c->rate_h * c->pitch + j * c->rate_w);
    for (Int block = from; block < to; block++) {
      Int channel = block * 32, rows = MIN(32, c->channels - channel);
      const char *at = split + (block - from) * 32 * c->row + shift;
      Left left = {at, c->step, c->row, c->piece};
      for (Int panel = 0; panel < c->panels; panel++) {
        Int f = panel * 32, cols = MIN(32, c->filters - f);
        multiply(left, right + 2 * panel * panel_bytes, panel_bytes, units * c->blocks,
                 out, rows > 16 ? 2 : 1, cols > 16 ? 2 : 1);
        float *to = w + (tap * c->channels + channel) * c->filters + f;
        for (Int r = 0; r < rows; r++) put(to + r * c->filters, out + 32 * r, cols, add);
      }
    }
  }
}

static void item_part(void *args, int part, int worker) {
  Grad *c = args;
  Int from = 0, to = c->channel_blocks, first = 0, last = c->units;
  float *w = c->w;
  if (c->by_channels) {
    from = c->channel_blocks * part / c->parts;
    to = c->channel_blocks * (part + 1) / c->parts;
  } else {
    first = c->units * part / c->parts, last = c->units * (part + 1) / c->parts;
    Int numbers = c->taps_h * c->taps_w * c->channels * c->filters;
    if (part > 0) w = c->partial + (part - 1) * numbers;
  }
  char *split = c->memory + worker * c->part_bytes;
  char *right = split + c->group * c->left_bytes;
  for (Int start = first; start < last; start += c->group) {
    Int units = MIN(c->group, last - start);
    for (Int u = 0; u < units; u++) {
      for (Int channel = from * 32; channel < MIN(to * 32, c->channels); channel += 16)
        split_inputs(c, start + u, channel,
                     split + u * c->left_bytes + (channel - from * 32) * c->row);
      for (Int f = 0; f < c->filters; f += 16)
        split_gradients(c, start + u, f, right + (f / 16 * c->group + u) * c->blocks * BLOCK);
    }
    multiply_kernel(c, from, to, units, split, right, w, start > first);
  }
}

static void kernel_gradient(Grad *c) {
  Int beyond = c->out_w - 1 + (c->taps_w - 1) * c->rate_w - (c->width - 1) - c->left;
  Int more = (c->taps_h - 1) * c->rate_h, wide = (c->taps_w - 1) * c->rate_w;
  Int numbers = c->taps_h * c->taps_w * c->channels * c->filters;
  int threads = c->pool->threads;
  c->pitch = c->width + MAX(0, MAX(c->left, beyond));
  c->channel_blocks = CEIL(c->channels, 32), c->panels = CEIL(c->filters, 32);
  c->by_channels = c->channel_blocks >= 4 * threads || 4 * numbers > GROUP_BYTES;
  Int per_row = PIECES * 2 * c->pitch * (UP(c->channels, 16) + UP(c->filters, 16));
  c->band = MIN(c->out_h, MAX(1, GROUP_BYTES / 4 / per_row - more));
  if (!c->by_channels) c->band = MIN(c->band, CEIL(c->out_h * c->images, threads));
  if (c->pitch == 1) c->band = MIN(c->out_h, UP(c->band, 32));
  c->bands = CEIL(c->out_h, c->band);
  c->units = c->images * c->bands, c->unit_rows = c->band + more;
  c->parts = c->by_channels ? MIN(c->channel_blocks, 4 * threads) : MIN(c->units, threads);
  c->blocks = CEIL((c->band - 1) * c->pitch + c->out_w, 32);
  c->length = UP(c->blocks * 32 + more * c->pitch + wide, 32);
  c->row = 2 * odd_lines(c->length);
  Int share = c->by_channels ? CEIL(c->channel_blocks, c->parts) * 32 : c->channels;
  c->piece = UP(share, 16) * c->row, c->left_bytes = PIECES * c->piece;
  c->right_bytes = CEIL(c->filters, 16) * c->blocks * BLOCK;
  /* A large kernel is not to be gone through too often. */
  Int most = 4 * numbers > GROUP_BYTES / 3 ? GROUP_BYTES : GROUP_BYTES / 3;
  c->group = MAX(1, MIN(c->units, most / (c->left_bytes + c->right_bytes)));
  c->part_bytes = c->group * (c->left_bytes + c->right_bytes);
  Int step_bytes = UP(c->group * c->blocks * sizeof(Int), 64);
  Int partial_bytes = c->by_channels ? 0 : UP((c->parts - 1) * numbers * 4, 64);
  size_t size = step_bytes + partial_bytes + threads * c->part_bytes;
  char *memory = take(&size);
  c->step = (Int *)memory, c->partial = (float *)(memory + step_bytes);
  c->memory = memory + step_bytes + partial_bytes;
  for (Int u = 0; u < c->group; u++)
    for (Int k = 0; k < c->blocks; k++)
      c->step[u * c->blocks + k] = u * c->left_bytes + 64 * k;
  share_out(c->pool, c->parts, item_part, c);
  for (Int part = 1; part < c->parts && !c->by_channels; part++)
    put(c->w, c->partial + (part - 1) * numbers, numbers, 1);
  give(memory, size);
}

/* ---- Few channels: pictures --------------------------------------------------------- */

/* Where a receptive field has few numbers (3 x 3 of one channel, of three), a tile would
   be mostly empty. Here an output is the sum of `terms` products on the vector unit. */

enum {
  MOST_TERMS = 32,  /* taps times channels */
  STRIP = 6,        /* positions side by side, of 32 filters */
  TERMS = 10,       /* terms side by side, of 32 filters */
  BAND = 8,         /* output rows that a thread takes at once */
};

typedef struct {
  const float *x;             /* the inputs */
  float *y, *w;               /* outputs (or their gradient), kernel (or its gradient) */
  Int height, width, channels, out_h, out_w, filters, taps_h, taps_w;
  Int top, left, rate_h, rate_w;
  Int bands, terms, pitch;    /* bands an image; numbers a row with its zeros */
  Int offset[MOST_TERMS];     /* of each term from its position */
  float *padded, *partial;    /* one of each thread, one sum of each band */
  Int padded_size;
} Few;

/* Copies the rows that a band reads, with the zeros around. */
static float *pad_band(Few *f, Int image, Int row, Int rows, int worker) {
  float *padded = f->padded + worker * f->padded_size, *to = padded;
  Int line = f->width * f->channels, before = f->left * f->channels;
  Int used = MIN(line, f->pitch - before);
  for (Int i = 0; i < rows + (f->taps_h - 1) * f->rate_h; i++, to += f->pitch) {
    Int from = row + i - f->top;
    memset(to, 0, f->pitch * sizeof(float));
    if (from >= 0 && from < f->height)
      memcpy(to + before, f->x + (image * f->height + from) * line, used * sizeof(float));
  }
  return padded;
}

/* `strip` positions, 32 filters. */
INLINE void few_strip(const Few *f, const float *x, float *y, Int filter, int strip) {
  __mmask16 low = first(f->filters - filter), high = first(f->filters - filter - 16);
  __m512 sum[STRIP][2];
  for (int p = 0; p < strip; p++) sum[p][0] = sum[p][1] = _mm512_setzero_ps();
  for (Int t = 0; t < f->terms; t++) {
    const float *w = f->w + t * f->filters + filter;
    __m512 a = _mm512_maskz_loadu_ps(low, w), b = _mm512_maskz_loadu_ps(high, w + 16);
    for (int p = 0; p < strip; p++) {
      __m512 v = _mm512_set1_ps(x[f->offset[t] + p * f->channels]);
      sum[p][0] = _mm512_fmadd_ps(v, a, sum[p][0]);
      sum[p][1] = _mm512_fmadd_ps(v, b, sum[p][1]);
    }
  }
  for (int p = 0; p < strip; p++) {
    _mm512_mask_storeu_ps(y + p * f->filters, low, sum[p][0]);
    _mm512_mask_storeu_ps(y + p * f->filters + 16, high, sum[p][1]);
  }
}

static void item_few(void *args, int item, int worker) {
  Few *f = args;
  Int image = item / f->bands, row = item % f->bands * BAND;
  Int rows = MIN(BAND, f->out_h - row);
  float *x = pad_band(f, image, row, rows, worker);
  for (Int r = 0; r < rows; r++) {
    float *y = f->y + (image * f->out_h + row + r) * f->out_w * f->filters;
    for (Int n = 0; n < f->filters; n += 32) {
      Int p = 0;
      for (; p + STRIP <= f->out_w; p += STRIP)
        few_strip(f, x + r * f->pitch + p * f->channels, y + p * f->filters + n, n, STRIP);
      for (; p < f->out_w; p++)
        few_strip(f, x + r * f->pitch + p * f->channels, y + p * f->filters + n, n, 1);
    }
  }
}

/* `terms` terms from `t` on, 32 filters, one row of positions. */
INLINE void few_sums(const Few *f, const float *x, const float *g, float *w, Int filter,
                     Int t, int terms) {
  __mmask16 low = first(f->filters - filter), high = first(f->filters - filter - 16);
  __m512 sum[TERMS][2];
  for (int i = 0; i < terms; i++) {
    sum[i][0] = _mm512_maskz_loadu_ps(low, w + i * f->filters);
    sum[i][1] = _mm512_maskz_loadu_ps(high, w + i * f->filters + 16);
  }
  for (Int p = 0; p < f->out_w; p++, x += f->channels, g += f->filters) {
    __m512 a = _mm512_maskz_loadu_ps(low, g), b = _mm512_maskz_loadu_ps(high, g + 16);
    for (int i = 0; i < terms; i++) {
      __m512 v = _mm512_set1_ps(x[f->offset[t + i]]);
      sum[i][0] = _mm512_fmadd_ps(v, a, sum[i][0]);
      sum[i][1] = _mm512_fmadd_ps(v, b, sum[i][1]);
    }
  }
  for (int i = 0; i < terms; i++) {
    _mm512_mask_storeu_ps(w + i * f->filters, low, sum[i][0]);
    _mm512_mask_storeu_ps(w + i * f->filters + 16, high, sum[i][1]);
  }
}

static void item_few_gradient(void *args, int item, int worker) {
  Few *f = args;
  Int image = item / f->bands, row = item % f->bands * BAND;
  Int rows = MIN(BAND, f->out_h - row), size = f->terms * f->filters;
  float *x = pad_band(f, image, row, rows, worker), *sums = f->partial + item * size;
  memset(sums, 0, size * sizeof(float));
  for (Int r = 0; r < rows; r++, x += f->pitch) {
    float *g = f->y + (image * f->out_h + row + r) * f->out_w * f->filters;
    for (Int n = 0; n < f->filters; n += 32)
      for (Int t = 0; t < f->terms;) {
        float *w = sums + t * f->filters + n;
        if (f->terms - t >= TERMS)
          few_sums(f, x, g + n, w, n, t, TERMS), t += TERMS;
        else if (f->terms - t >= 3)
          few_sums(f, x, g + n, w, n, t, 3), t += 3;
        else
          few_sums(f, x, g + n, w, n, t, 1), t += 1;
      }
  }
}

/* Inputs, kernel, outputs; their shapes; zeros on top and left, distances of taps. */
static Few few_of(const float *x, const float *w, const float *y, const Int *in,
                  const Int *taps, const Int *out, const Int *n) {
  return (Few){.x = x, .w = (float *)w, .y = (float *)y, .height = in[1], .width = in[2],
               .channels = in[3], .out_h = out[1], .out_w = out[2], .filters = out[3],
               .taps_h = taps[0], .taps_w = taps[1], .top = n[0], .left = n[1],
               .rate_h = n[2], .rate_w = n[3]};
}

/* Computes the convolution, or the gradient of its kernel, if there are few terms. */
static int few_channels(Pool *pool, Few *f, Int images, int gradient) {
  f->terms = f->taps_h * f->taps_w * f->channels;
  if (f->terms > MOST_TERMS) return 0;
  f->bands = CEIL(f->out_h, BAND);
  f->pitch = (f->out_w + (f->taps_w - 1) * f->rate_w) * f->channels;
  Int t = 0;
  for (Int i = 0; i < f->taps_h; i++)
    for (Int j = 0; j < f->taps_w; j++)
      for (Int c = 0; c < f->channels; c++)
        f->offset[t++] = i * f->rate_h * f->pitch + j * f->rate_w * f->channels + c;
  Int items = images * f->bands, numbers = f->terms * f->filters;
  f->padded_size = (BAND + (f->taps_h - 1) * f->rate_h) * f->pitch;
  size_t padded = UP(pool->threads * f->padded_size * sizeof(float), 64);
  size_t size = padded + (gradient ? items * numbers * sizeof(float) : 0);
  char *memory = take(&size);
  f->padded = (float *)memory, f->partial = (float *)(memory + padded);
  share_out(pool, (int)items, gradient ? item_few_gradient : item_few, f);
  for (Int i = 0; gradient && i < items; i++)
    put(f->w, f->partial + i * numbers, numbers, i > 0);
  give(memory, size);
  return 1;
}

/* ---- Few rows: products of small batches ------------------------------------------- */

/* Where a weight meets few rows, to split it costs more than to multiply by it. Here the
   vector unit multiplies: y = x w, summed over the rows k of w, which the threads share;
   and its adjoint y = x w', a sum along each row of w. */

enum {
  MOST_ROWS = 48,
  SIDE = 8, WIDTH = 3,   /* rows of x by vectors of w, for y = x w */
  DEPTH = 64,            /* rows of w that are gone through at once */
  ACROSS = 6, ALONG = 4, /* rows of x by rows of w, for the adjoint */
};

#define UNROLL _Pragma("GCC unroll 8")

typedef struct {
  const float *x, *w;
  float *y, *partial;
  Int rows, inputs, outputs; /* of x, of w: (inputs, outputs) */
  Int parts;
} Rows;

/* Adds `steps` rows of w, times x packed by SIDE, to `rows` by `width` vectors of y. */
INLINE void rows_block(const float *x, const float *w, float *y, Int n, Int steps, Int rows,
                       Int width, __mmask16 last, int add, int fetch) {
  __m512 sum[SIDE][WIDTH], b[WIDTH];
  UNROLL for (Int r = 0; r < rows; r++)
    UNROLL for (Int c = 0; c < width; c++)
      sum[r][c] = add ? _mm512_maskz_loadu_ps(c == width - 1 ? last : 0xffff,
                                              y + r * n + 16 * c)
                      : _mm512_setzero_ps();
  for (Int k = 0; k < steps; k++, w += n, x += SIDE) {
    UNROLL for (Int c = 0; c < width; c++) {
      b[c] = _mm512_maskz_loadu_ps(c == width - 1 ? last : 0xffff, w + 16 * c);
      if (fetch) _mm_prefetch((const char *)(w + DEPTH * n + 16 * c), _MM_HINT_T1);
    }
    UNROLL for (Int r = 0; r < rows; r++) {
      __m512 a = _mm512_set1_ps(x[r]);
      UNROLL for (Int c = 0; c < width; c++) sum[r][c] = _mm512_fmadd_ps(a, b[c], sum[r][c]);
    }
  }
  UNROLL for (Int r = 0; r < rows; r++)
    UNROLL for (Int c = 0; c < width; c++)
      _mm512_mask_storeu_ps(y + r * n + 16 * c, c == width - 1 ? last : 0xffff, sum[r][c]);
}

#define WITH_WIDTH(r)                                                           \
  case r:                                                                       \
    if (width == 3) rows_block(x, w, y, n, steps, r, 3, last, add, fetch);      \
    else if (width == 2) rows_block(x, w, y, n, steps, r, 2, last, add, fetch); \
    else rows_block(x, w, y, n, steps, r, 1, last, add, fetch);                 \
    break;

static void add_block(const float *x, const float *w, float *y, Int n, Int steps, Int rows,
                      Int width, __mmask16 last, int add, int fetch) {
  switch (rows) {
    WITH_WIDTH(1) WITH_WIDTH(2) WITH_WIDTH(3) WITH_WIDTH(4)
    WITH_WIDTH(5) WITH_WIDTH(6) WITH_WIDTH(7) WITH_WIDTH(8)
  }
}

static void item_rows(void *args, int item, int worker) {
  Rows *p = args;
  float packed[MOST_ROWS * DEPTH] __attribute__((aligned(64)));
  Int from = p->inputs * item / p->parts, to = p->inputs * (item + 1) / p->parts;
  Int n = p->outputs;
  float *y = item ? p->partial + (item - 1) * p->rows * n : p->y;
  for (Int k = from; k < to; k += DEPTH) {
    Int steps = MIN(DEPTH, to - k);
    for (Int r = 0; r < p->rows; r++)
      for (Int i = 0; i < steps; i++)
        packed[(r / SIDE * DEPTH + i) * SIDE + r % SIDE] = p->x[r * p->inputs + k + i];
    for (Int c = 0; c < n; c += 16 * WIDTH) {
      Int width = MIN(WIDTH, CEIL(n - c, 16));
      __mmask16 last = first(n - c - 16 * (width - 1));
      for (Int r = 0; r < p->rows; r += SIDE)
        add_block(packed + r * DEPTH, p->w + k * n + c, y + r * n + c, n, steps,
                  MIN(SIDE, p->rows - r), width, last, k > from,
                  r == 0 && k + DEPTH < to);
    }
  }
}

/* The sums of four vectors' numbers. */
INLINE __m128 four_sums(__m512 a, __m512 b, __m512 c, __m512 d) {
  __m512 ab = _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
  __m512 cd = _mm512_add_ps(_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
  __m512d low = _mm512_unpacklo_pd(_mm512_castps_pd(ab), _mm512_castps_pd(cd));
  __m512d high = _mm512_unpackhi_pd(_mm512_castps_pd(ab), _mm512_castps_pd(cd));
  __m512 s = _mm512_add_ps(_mm512_castpd_ps(low), _mm512_castpd_ps(high));
  __m128 left = _mm_add_ps(_mm512_extractf32x4_ps(s, 0), _mm512_extractf32x4_ps(s, 1));
  __m128 right = _mm_add_ps(_mm512_extractf32x4_ps(s, 2), _mm512_extractf32x4_ps(s, 3));
  return _mm_add_ps(left, right);
}

/* `rows` rows of x times `along` rows of w, both of `n` numbers. */
INLINE void adjoint_block(const float *x, const float *w, float *y, Int n, Int pitch,
                          int rows, int along) {
  __m512 sum[ACROSS][ALONG], b[ALONG];
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int k = 0; k < ALONG; k++) sum[r][k] = _mm512_setzero_ps();
  for (Int i = 0; i < n; i += 16) {
    __mmask16 some = first(n - i);
    UNROLL for (int k = 0; k < ALONG; k++)
      b[k] = _mm512_maskz_loadu_ps(k < along ? some : 0, w + MIN(k, along - 1) * n + i);
    UNROLL for (int r = 0; r < rows; r++) {
      __m512 a = _mm512_maskz_loadu_ps(some, x + r * n + i);
      UNROLL for (int k = 0; k < ALONG; k++) sum[r][k] = _mm512_fmadd_ps(a, b[k], sum[r][k]);
    }
  }
  UNROLL for (int r = 0; r < rows; r++)
    _mm_mask_storeu_ps(y + r * pitch, (1 << along) - 1,
                       four_sums(sum[r][0], sum[r][1], sum[r][2], sum[r][3]));
}

#define WITH_ROWS(r)                                        \
  case r:                                                   \
    if (along == ALONG) adjoint_block(x, w, y, n, k0, r, 4); \
    else adjoint_block(x, w, y, n, k0, r, along);           \
    break;

static void item_rows_adjoint(void *args, int item, int worker) {
  Rows *p = args;
  Int n = p->outputs, k0 = p->inputs, blocks = CEIL(k0, ALONG);
  Int to = MIN(k0, blocks * (item + 1) / p->parts * ALONG);
  for (Int k = blocks * item / p->parts * ALONG; k < to; k += ALONG) {
    int along = (int)MIN(ALONG, to - k);
    const float *w = p->w + k * n;
    for (Int row = 0; row < p->rows; row += ACROSS) {
      const float *x = p->x + row * n;
      float *y = p->y + row * k0 + k;
      switch (MIN(ACROSS, p->rows - row)) {
        WITH_ROWS(1) WITH_ROWS(2) WITH_ROWS(3) WITH_ROWS(4) WITH_ROWS(5) WITH_ROWS(6)
      }
    }
  }
}

/* Computes the convolution if it is a product of few rows. */
static int few_rows(Conv *c) {
  Int rows = c->images * c->out_h * c->out_w;
  if (c->taps_h * c->taps_w > 1 || rows > MOST_ROWS) return 0;
  if (c->height != c->out_h || c->width != c->out_w) return 0;
  Rows p = {.x = c->x, .w = c->w, .y = c->y, .rows = rows};
  p.inputs = c->adjoint ? c->filters : c->channels;
  p.outputs = c->adjoint ? c->channels : c->filters;
  p.parts = 2 * c->pool->threads;
  if (c->adjoint) {
    share_out(c->pool, (int)p.parts, item_rows_adjoint, &p);
    return 1;
  }
  p.parts = MAX(1, MIN(p.parts, p.inputs / DEPTH));
  Int numbers = rows * p.outputs;
  size_t size = UP(p.parts * numbers * sizeof(float), 64);
  p.partial = (float *)take(&size);
  share_out(c->pool, (int)p.parts, item_rows, &p);
  for (Int part = 1; part < p.parts; part++)
    put(c->y, p.partial + (part - 1) * numbers, numbers, 1);
  give(p.partial, size);
  return 1;
}

/* ---- What XLA calls ------------------------------------------------------------------ */

/* (images, height, width, channels), (taps, taps, ., .) -> (images, height, width,
   filters). Attribute: zeros on top and left, distances of taps, whether adjoint. */
XLA_FFI_Error *keryx_convolution(XLA_FFI_CallFrame *call) {
  if (is_query(call)) return NULL;
  Int *x = input(call, 0)->dims, *w = input(call, 1)->dims, *y = result(call, 0)->dims;
  const Int *n = numbers(call);
  Pool pool = pool_of(call);
  Conv conv = {.pool = &pool, .x = input(call, 0)->data, .w = input(call, 1)->data,
               .y = result(call, 0)->data, .images = x[0], .height = x[1], .width = x[2],
               .channels = x[3], .taps_h = w[0], .taps_w = w[1], .filters = y[3],
               .out_h = y[1], .out_w = y[2], .top = n[0], .left = n[1], .rate_h = n[2],
               .rate_w = n[3], .adjoint = (int)n[4]};
  Few few = few_of(conv.x, conv.w, conv.y, x, w, y, n);
  if (few_rows(&conv)) return NULL;
  if (conv.adjoint || !few_channels(&pool, &few, x[0], 0)) convolve(&conv);
  return NULL;
}

/* (images, height, width, channels), (images, height, width, filters) -> (taps, taps,
   channels, filters). Attribute: zeros on top and left, distances of taps. */
XLA_FFI_Error *keryx_kernel_gradient(XLA_FFI_CallFrame *call) {
  if (is_query(call)) return NULL;
  Int *x = input(call, 0)->dims, *g = input(call, 1)->dims, *w = result(call, 0)->dims;
  const Int *n = numbers(call);
  Pool pool = pool_of(call);
  Grad grad = {.pool = &pool, .x = input(call, 0)->data, .g = input(call, 1)->data,
               .w = result(call, 0)->data, .images = x[0], .height = x[1], .width = x[2],
               .channels = x[3], .out_h = g[1], .out_w = g[2], .filters = g[3],
               .taps_h = w[0], .taps_w = w[1], .top = n[0], .left = n[1], .rate_h = n[2],
               .rate_w = n[3]};
  Few few = few_of(grad.x, grad.w, grad.g, x, w, g, n);
  if (!few_channels(&pool, &few, x[0], 1)) kernel_gradient(&grad);
  return NULL;
}

/* Asks the system for the tile unit; 0 if this process may use it. */
int keryx_request_tiles(void) {
  enum { REQUEST = 0x1023, TILE_DATA = 18 };
  if (!__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512vl")) return 1;
  unsigned a, b, c, d;
  __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(7), "c"(0));
  if (!(d >> 24 & 1) || !(d >> 22 & 1)) return 1; /* AMX-TILE, AMX-BF16 */
  return (int)syscall(SYS_arch_prctl, REQUEST, TILE_DATA);
}
