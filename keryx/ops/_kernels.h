/* What the kernels share: XLA's threads, and reading what XLA hands over. */

#pragma once

#define _GNU_SOURCE
#include <immintrin.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "xla/ffi/api/c_api.h"

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define CEIL(a, b) (((a) + (b)-1) / (b))
#define UP(a, b) (CEIL(a, b) * (b))
#define INLINE static inline __attribute__((always_inline))

typedef int64_t Int;

enum { MOST_THREADS = 64 };

/* The mask of the first `n` of 16 numbers. */
INLINE __mmask16 first(Int n) {
  return n >= 16 ? 0xffff : n <= 0 ? 0 : (__mmask16)((1u << n) - 1);
}

/* ---- Threads ---------------------------------------------------------------- */

typedef struct {
  const XLA_FFI_Api *api;
  XLA_FFI_ExecutionContext *ctx;
  int threads;
} Pool;

typedef void Work(void *args, int item, int worker);

/* One parallel loop; it outlives the call for threads that come too late. */
typedef struct {
  atomic_int owners, next, done, workers;
  int items;
  Work *work;
  void *args;
} Team;

typedef struct __attribute__((packed)) {
  uint8_t palette, start, reserved[14];
  uint16_t width[16];
  uint8_t rows[16];
} TileShape;

static void leave(Team *team) {
  if (atomic_fetch_sub(&team->owners, 1) == 1) free(team);
}

static void take_part(Team *team) {
  int item = atomic_fetch_add(&team->next, 1);
  if (item >= team->items) return;
  TileShape shape = {.palette = 1};
  for (int i = 0; i < 8; i++) shape.width[i] = 64, shape.rows[i] = 16;
  _tile_loadconfig(&shape);
  int worker = atomic_fetch_add(&team->workers, 1);
  for (; item < team->items; item = atomic_fetch_add(&team->next, 1)) {
    team->work(team->args, item, worker);
    atomic_fetch_add(&team->done, 1);
  }
  _tile_release();
}

static void help(void *data) {
  take_part(data);
  leave(data);
}

/* Runs `work` for every item, on as many threads as there are. */
static void share_out(Pool *pool, int items, Work *work, void *args) {
  Team *team = malloc(sizeof *team);
  int helpers = MIN(pool->threads, items) - 1;
  *team = (Team){.items = items, .work = work, .args = args};
  atomic_init(&team->owners, helpers + 1);
  for (int i = 0; i < helpers; i++) {
    XLA_FFI_ThreadPool_Schedule_Args call = {
        .struct_size = sizeof call, .ctx = pool->ctx, .task = help, .data = team};
    XLA_FFI_Error *error = pool->api->XLA_FFI_ThreadPool_Schedule(&call);
    if (error) {
      XLA_FFI_Error_Destroy_Args drop = {.struct_size = sizeof drop, .error = error};
      pool->api->XLA_FFI_Error_Destroy(&drop);
      leave(team);
    }
  }
  take_part(team);
  for (int spins = 0; atomic_load(&team->done) < items; spins++)
    spins < 200 ? _mm_pause() : (void)sched_yield();
  leave(team);
}

/* ---- Calls -------------------------------------------------------------------- */

static int is_query(XLA_FFI_CallFrame *call) {
  XLA_FFI_Extension_Base *extension = call->extension_start;
  if (!extension || extension->type != XLA_FFI_Extension_Metadata) return 0;
  XLA_FFI_Metadata *about = ((XLA_FFI_Metadata_Extension *)extension)->metadata;
  about->api_version.major_version = XLA_FFI_API_MAJOR;
  about->api_version.minor_version = XLA_FFI_API_MINOR;
  about->traits = 0;
  return 1;
}

static Pool pool_of(XLA_FFI_CallFrame *call) {
  int64_t threads = 1;
  XLA_FFI_ThreadPool_NumThreads_Args ask = {
      .struct_size = sizeof ask, .ctx = call->ctx, .num_threads = &threads};
  XLA_FFI_Error *error = call->api->XLA_FFI_ThreadPool_NumThreads(&ask);
  if (error) {
    XLA_FFI_Error_Destroy_Args drop = {.struct_size = sizeof drop, .error = error};
    call->api->XLA_FFI_Error_Destroy(&drop);
    threads = 1;
  }
  return (Pool){call->api, call->ctx, (int)MAX(1, MIN(threads, MOST_THREADS))};
}

static XLA_FFI_Buffer *input(XLA_FFI_CallFrame *call, int i) { return call->args.args[i]; }
static XLA_FFI_Buffer *result(XLA_FFI_CallFrame *call, int i) { return call->rets.rets[i]; }

/* The call's only attribute. */
static __attribute__((unused)) const Int *numbers(XLA_FFI_CallFrame *call) {
  return ((XLA_FFI_Array *)call->attrs.attrs[0])->data;
}
