// SPDX-License-Identifier: GPL-2.0
/*
 * The residency of several processes, all together.
 */
#include "residency.h"

#include "target.h"

#include <errno.h>
#include <math.h>

/* The error of a sum: those of the processes are independent of each other. */
static int add(struct residency *sum, const struct residency *one)
{
	for (size_t i = 0; i < one->count; i++) {
		struct residency_node *node =
			residency_node(sum, one->node[i].id);

		if (!node)
			return -ENOMEM;
		node->bytes += one->node[i].bytes;
		node->error = hypot(node->error,
				    one->node[i].error * (double)one->resident);
	}
	sum->sampled = sum->sampled || one->sampled;
	sum->resident += one->resident;
	sum->hidden += one->hidden;
	return 0;
}

/* Up to here the errors are in bytes. */
static void finish(struct residency *sum)
{
	for (size_t i = 0; i < sum->count; i++) {
		struct residency_node *node = &sum->node[i];

		node->error =
			sum->resident ? node->error / (double)sum->resident : 0;
		sum->error = fmax(sum->error, node->error);
	}
}

int residency_measure_all(const struct target *target, struct residency *sum)
{
	const struct residency_request request = { 0 };
	struct residency one;
	int err = 0;

	*sum = (struct residency){ 0 };
	for (size_t i = 0; !err && i < target->count; i++) {
		err = residency_measure(target->process[i].pid, &request, &one);
		/* One that has ended has none. */
		if (err == -ESRCH)
			err = 0;
		else if (!err)
			err = add(sum, &one);
		residency_free(&one);
	}
	if (err)
		residency_free(sum);
	finish(sum);
	return err;
}
