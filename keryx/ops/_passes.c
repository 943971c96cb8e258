/* Bias with relu, and max pooling: one pass over memory each, on all threads.

   XLA computes such loops on one thread, the gradient and its sum over rows one after
   the other, and a maximum of windows with strided copies. */

#include "_kernels.h"

#include <string.h>

enum {
  COLUMNS = 4,      /* vectors of 16 channels that are summed side by side */
  ROWS = 1 << 14,   /* numbers that a thread takes at once, in whole rows */
};

static Int rows_of(XLA_FFI_Buffer *x) {
  Int rows = 1;
  for (Int i = 0; i + 1 < x->rank; i++) rows *= x->dims[i];
  return rows;
}

static Int channels_of(XLA_FFI_Buffer *x) { return x->dims[x->rank - 1]; }

/* ---- Bias and relu ------------------------------------------------------------- */

typedef struct {
  const float *x, *bias, *y;
  float *out, *sums;
  Int rows, channels, parts;
} Relu;

static void item_relu(void *args, int item, int worker) {
  Relu *r = args;
  Int end = r->rows * (item + 1) / r->parts;
  for (Int row = r->rows * item / r->parts; row < end; row++)
    for (Int c = 0; c < r->channels; c += 16) {
      __mmask16 mask = first(r->channels - c);
      __m512 x = _mm512_maskz_loadu_ps(mask, r->x + row * r->channels + c);
      x = _mm512_add_ps(x, _mm512_maskz_loadu_ps(mask, r->bias + c));
      /* The second operand where one is not a number: that stays. */
      x = _mm512_max_ps(_mm512_setzero_ps(), x);
      _mm512_mask_storeu_ps(r->out + row * r->channels + c, mask, x);
    }
}

/* out = x where y > 0; sums of its columns. One part of the rows, one of the sums. */
static void item_relu_gradient(void *args, int item, int worker) {
  Relu *r = args;
  Int from = r->rows * item / r->parts, to = r->rows * (item + 1) / r->parts;
  for (Int start = 0; start < r->channels; start += 16 * COLUMNS) {
    Int columns = MIN(COLUMNS, CEIL(r->channels - start, 16));
    __m512 sum[COLUMNS];
    for (Int i = 0; i < COLUMNS; i++) sum[i] = _mm512_setzero_ps();
    for (Int row = from; row < to; row++)
      for (Int i = 0; i < columns; i++) {
        Int c = start + 16 * i, at = row * r->channels + c;
        __mmask16 mask = first(r->channels - c);
        __m512 y = _mm512_maskz_loadu_ps(mask, r->y + at);
        __mmask16 open = _mm512_cmp_ps_mask(y, _mm512_setzero_ps(), _CMP_GT_OQ);
        __m512 x = _mm512_maskz_loadu_ps(open, r->x + at);
        _mm512_mask_storeu_ps(r->out + at, mask, x);
        sum[i] = _mm512_add_ps(sum[i], x);
      }
    for (Int i = 0; i < columns; i++) {
      Int c = start + 16 * i;
      _mm512_mask_storeu_ps(r->sums + item * r->channels + c, first(r->channels - c), sum[i]);
    }
  }
}

/* x, bias -> max(x + bias, 0), in x's memory */
XLA_FFI_Error *keryx_biased_relu(XLA_FFI_CallFrame *call) {
  if (is_query(call)) return NULL;
  Pool pool = pool_of(call);
  XLA_FFI_Buffer *x = input(call, 0);
  Relu r = {.x = x->data, .bias = input(call, 1)->data, .out = result(call, 0)->data,
            .rows = rows_of(x), .channels = channels_of(x)};
  r.parts = MIN(r.rows, CEIL(r.rows * r.channels, ROWS));
  share_out(&pool, (int)r.parts, item_relu, &r);
  return NULL;
}

/* g, y -> g where y > 0 (in g's memory), the sums of its columns */
XLA_FFI_Error *keryx_relu_gradient(XLA_FFI_CallFrame *call) {
  if (is_query(call)) return NULL;
  Pool pool = pool_of(call);
  XLA_FFI_Buffer *g = input(call, 0);
  Relu r = {.x = g->data, .y = input(call, 1)->data, .out = result(call, 0)->data,
            .rows = rows_of(g), .channels = channels_of(g)};
  float *sums = result(call, 1)->data;
  r.parts = MIN(r.rows, CEIL(r.rows * r.channels, ROWS));
  r.sums = malloc(r.parts * r.channels * sizeof(float));
  share_out(&pool, (int)r.parts, item_relu_gradient, &r);
  memset(sums, 0, r.channels * sizeof(float));
  for (Int p = 0; p < r.parts; p++)
    for (Int c = 0; c < r.channels; c++) sums[c] += r.sums[p * r.channels + c];
  free(r.sums);
  return NULL;
}

/* ---- Max pooling of windows that tile the image --------------------------------- */

typedef struct {
  const float *from;
  float *to;
  int8_t *place;
  Int images, height, width, channels, pool_h, pool_w, out_h, out_w, lines;
} Windows;

/* One row of windows: the largest value of each, and which of its places has it. */
static void largest(const Windows *w, Int image, Int row) {
  Int line = w->width * w->channels, c0 = w->channels;
  const float *x = w->from + (image * w->height + row * w->pool_h) * line;
  Int at = (image * w->out_h + row) * w->out_w * c0;
  for (Int column = 0; column < w->out_w; column++)
    for (Int c = 0; c < c0; c += 16) {
      __mmask16 mask = first(c0 - c);
      const float *corner = x + column * w->pool_w * c0 + c;
      __m512 best = _mm512_maskz_loadu_ps(mask, corner);
      __m512i place = _mm512_setzero_si512();
      for (Int i = 0, number = 0; i < w->pool_h; i++)
        for (Int j = 0; j < w->pool_w; j++, number++) {
          __m512 v = _mm512_maskz_loadu_ps(mask, corner + i * line + j * c0);
          /* Larger, or the first that is not a number. */
          __mmask16 is_it = _mm512_cmp_ps_mask(v, best, _CMP_NLE_UQ) &
                            _mm512_cmp_ps_mask(best, best, _CMP_ORD_Q);
          best = _mm512_mask_mov_ps(best, is_it, v);
          place = _mm512_mask_mov_epi32(place, is_it, _mm512_set1_epi32((int)number));
        }
      Int to = at + column * c0 + c;
      _mm512_mask_storeu_ps(w->to + to, mask, best);
      _mm512_mask_cvtepi32_storeu_epi8(w->place + to, mask, place);
    }
}

/* One row of windows: the value goes to its place, zeros to all others. */
static void put_back(const Windows *w, Int image, Int row) {
  Int line = w->width * w->channels, c0 = w->channels;
  Int at = (image * w->out_h + row) * w->out_w * c0;
  for (Int i = 0; i < w->pool_h; i++) {
    float *to = w->to + (image * w->height + row * w->pool_h + i) * line;
    for (Int column = 0; column < w->out_w; column++)
      for (Int j = 0; j < w->pool_w; j++, to += c0)
        for (Int c = 0; c < c0; c += 16) {
          __mmask16 mask = first(c0 - c);
          Int from = at + column * c0 + c;
          __m512i place =
              _mm512_cvtepi8_epi32(_mm_maskz_loadu_epi8(mask, w->place + from));
          __mmask16 here = _mm512_cmpeq_epi32_mask(
              place, _mm512_set1_epi32((int)(i * w->pool_w + j)));
          _mm512_mask_storeu_ps(to + c, mask,
                                _mm512_maskz_loadu_ps(mask & here, w->from + from));
        }
    Int rest = (w->width - w->out_w * w->pool_w) * c0;
    memset(to, 0, rest * sizeof(float));
  }
  Int below = w->height - w->out_h * w->pool_h;
  if (row + 1 == w->out_h)
    memset(w->to + ((image + 1) * w->height - below) * line, 0, below * line * 4);
}

static void item_largest(void *args, int item, int worker) {
  Windows *w = args;
  Int end = MIN((item + 1) * w->lines, w->images * w->out_h);
  for (Int i = item * w->lines; i < end; i++) largest(w, i / w->out_h, i % w->out_h);
}

static void item_put_back(void *args, int item, int worker) {
  Windows *w = args;
  Int end = MIN((item + 1) * w->lines, w->images * w->out_h);
  for (Int i = item * w->lines; i < end; i++) put_back(w, i / w->out_h, i % w->out_h);
}

static void over_windows(XLA_FFI_CallFrame *call, Windows *w, Work *work, const Int *large,
                         const Int *small) {
  const Int *pool_size = numbers(call);
  Pool pool = pool_of(call);
  w->images = large[0], w->height = large[1], w->width = large[2], w->channels = large[3];
  w->out_h = small[1], w->out_w = small[2];
  w->pool_h = pool_size[0], w->pool_w = pool_size[1];
  w->lines = MAX(1, ROWS / (w->pool_h * w->width * w->channels));
  share_out(&pool, (int)CEIL(w->images * w->out_h, w->lines), work, w);
}

/* (images, height, width, channels) -> largest values, their places. Attribute: the
   windows' height and width. */
XLA_FFI_Error *keryx_max_pool(XLA_FFI_CallFrame *call) {
  if (is_query(call)) return NULL;
  Windows w = {.from = input(call, 0)->data, .to = result(call, 0)->data,
               .place = result(call, 1)->data};
  over_windows(call, &w, item_largest, input(call, 0)->dims, result(call, 0)->dims);
  return NULL;
}

/* Values, their places -> (images, height, width, channels). Attribute: the same. */
XLA_FFI_Error *keryx_put_back(XLA_FFI_CallFrame *call) {
  if (is_query(call)) return NULL;
  Windows w = {.from = input(call, 0)->data, .place = input(call, 1)->data,
               .to = result(call, 0)->data};
  over_windows(call, &w, item_put_back, result(call, 0)->dims, input(call, 0)->dims);
  return NULL;
}
