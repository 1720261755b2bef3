// SPDX-License-Identifier: GPL-2.0
#include "nodes.h"
#include "selftest.h"
#include "snapshot.h"

#include <linux/memory.h>
#include <linux/notifier.h>

nodemask_t nt_known_nodes;

void nt_nodes_update(void)
{
	int nid;

	/* Bit by bit: others read it meanwhile. */
	for_each_online_node(nid)
		node_set(nid, nt_known_nodes);
}

/* Whatever happened: kernels number the actions in different ways. */
static int memory_changed(struct notifier_block *self, unsigned long action,
			  void *data)
{
	nt_nodes_update();
	nt_snapshot_new_generation();
	return NOTIFY_OK;
}

static struct notifier_block notifier = { .notifier_call = memory_changed };

int nt_nodes_init(void)
{
	int ret = NT_MAY_FAIL(register_memory_notifier(&notifier), -ENOMEM);

	if (!ret)
		nt_nodes_update();
	return ret;
}

void nt_nodes_exit(void)
{
	unregister_memory_notifier(&notifier);
}
