/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMATRACE_TEST_PERCPU_H
#define NUMATRACE_TEST_PERCPU_H

#include <linux/types.h>

#define __percpu
#define DECLARE_PER_CPU(type, name) extern __typeof__(type) name
#define this_cpu_inc(counter) ((counter)++)
#define this_cpu_add(counter, value) ((counter) += (value))

#endif
