/* Steps of optimizers in one pass over memory.

   XLA computes each of a step's outputs in a loop of its own, and reads anew what an
   earlier loop wrote: ten streams of memory for Adam, of which seven are needed (four
   arrays read, three written). Large arrays do not stay in a cache in between.

   The operations and their order are those of the rules in `optimizers`. */

#include "_kernels.h"

enum { ITEM = 1 << 14 }; /* numbers that a thread takes at once */

typedef struct {
  float *param, *mean, *square;
  const float *grad, *hyper;
  Int size;
} Step;

/* 16 numbers: param - rate * mean / (sqrt(square + inside) + outside). */
INLINE __m512 descend(__m512 param, __m512 mean, __m512 square, __m512 rate,
                      __m512 inside, __m512 outside) {
  __m512 root = _mm512_add_ps(_mm512_sqrt_ps(_mm512_add_ps(square, inside)), outside);
  return _mm512_sub_ps(param, _mm512_div_ps(_mm512_mul_ps(rate, mean), root));
}

#define FOR_EACH_16(i, mask)                                                \
  Int i = (Int)item * ITEM, end = MIN(i + ITEM, s->size);                   \
  for (__mmask16 mask; i < end && (mask = first(end - i), 1); i += 16)

#define LOAD(p) _mm512_maskz_loadu_ps(mask, (p) + i)
#define STORE(p, v) _mm512_mask_storeu_ps((p) + i, mask, v)

static void item_adam(void *args, int item, int worker) {
  Step *s = args;
  __m512 near = _mm512_set1_ps(s->hyper[0]), far = _mm512_set1_ps(s->hyper[1]);
  __m512 rate = _mm512_set1_ps(s->hyper[2]), epsilon = _mm512_set1_ps(s->hyper[3]);
  FOR_EACH_16(i, mask) {
    __m512 grad = LOAD(s->grad), mean = LOAD(s->mean), square = LOAD(s->square);
    mean = _mm512_fmadd_ps(near, _mm512_sub_ps(grad, mean), mean);
    square = _mm512_fmadd_ps(far, _mm512_fmsub_ps(grad, grad, square), square);
    STORE(s->mean, mean);
    STORE(s->square, square);
    STORE(s->param, descend(LOAD(s->param), mean, square, rate, _mm512_setzero_ps(), epsilon));
  }
}

static void item_rmsprop(void *args, int item, int worker) {
  Step *s = args;
  __m512 rho = _mm512_set1_ps(s->hyper[0]), rest = _mm512_set1_ps(s->hyper[1]);
  __m512 rate = _mm512_set1_ps(s->hyper[2]), inside = _mm512_set1_ps(s->hyper[3]);
  __m512 outside = _mm512_set1_ps(s->hyper[4]);
  FOR_EACH_16(i, mask) {
    __m512 grad = LOAD(s->grad), square = LOAD(s->square);
    __m512 fresh = _mm512_mul_ps(rest, _mm512_mul_ps(grad, grad));
    square = _mm512_fmadd_ps(rho, square, fresh);
    STORE(s->square, square);
    STORE(s->param, descend(LOAD(s->param), grad, square, rate, inside, outside));
  }
}

/* Runs a step in place: XLA gives results the memory of their arguments, or copies. */
static void run(XLA_FFI_CallFrame *call, Work *work, Step *step) {
  Pool pool = pool_of(call);
  XLA_FFI_Buffer *param = input(call, 0);
  step->size = 1;
  for (Int i = 0; i < param->rank; i++) step->size *= param->dims[i];
  share_out(&pool, (int)CEIL(step->size, ITEM), work, step);
}

/* param, mean, square, grad, (1 - beta_1, 1 - beta_2, rate, epsilon) -> the first three */
XLA_FFI_Error *keryx_adam(XLA_FFI_CallFrame *call) {
  if (is_query(call)) return NULL;
  Step step = {.param = result(call, 0)->data, .mean = result(call, 1)->data,
               .square = result(call, 2)->data, .grad = input(call, 3)->data,
               .hyper = input(call, 4)->data};
  run(call, item_adam, &step);
  return NULL;
}

/* param, square, grad, (rho, 1 - rho, rate, epsilon in the root, out of it) -> the first
   two */
XLA_FFI_Error *keryx_rmsprop(XLA_FFI_CallFrame *call) {
  if (is_query(call)) return NULL;
  Step step = {.param = result(call, 0)->data, .square = result(call, 1)->data,
               .grad = input(call, 2)->data, .hyper = input(call, 3)->data};
  run(call, item_rmsprop, &step);
  return NULL;
}
