// SPDX-License-Identifier: GPL-2.0
#include "tracepoints.h"
#include "selftest.h"

#include <linux/string.h>

static void find(struct tracepoint *tracepoint, void *data)
{
	struct nt_probe *probe = data;

	if (!strcmp(tracepoint->name, probe->name))
		probe->tracepoint = tracepoint;
}

static int attach(struct nt_probe *probe)
{
	for_each_kernel_tracepoint(find, probe);
	if (!probe->tracepoint) {
		pr_err("this kernel has no tracepoint %s\n", probe->name);
		return -ENOENT;
	}
	if (!probe->function) {
		pr_err("this kernel's tracepoint %s has changed its prototype\n",
		       probe->name);
		return -EPROTOTYPE;
	}
	return NT_MAY_FAIL(tracepoint_probe_register(probe->tracepoint,
						     probe->function, NULL),
			   -ENOMEM);
}

static void detach(struct nt_probe *probes, unsigned int count)
{
	while (count--)
		tracepoint_probe_unregister(probes[count].tracepoint,
					    probes[count].function, NULL);
	tracepoint_synchronize_unregister();
}

int nt_tracepoints_init(struct nt_probe *probes, unsigned int count)
{
	unsigned int i;
	int ret;

	for (i = 0; i < count; i++) {
		ret = attach(&probes[i]);
		if (ret) {
			detach(probes, i);
			return ret;
		}
	}
	return 0;
}

void nt_tracepoints_exit(struct nt_probe *probes, unsigned int count)
{
	detach(probes, count);
}
