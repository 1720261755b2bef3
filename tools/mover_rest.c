// SPDX-License-Identifier: GPL-2.0
#include "mover_rest.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SYS_NICE CAP_TO_INDEX(CAP_SYS_NICE)

/**
 * struct rights - the capabilities of this thread
 * @header: which form they have
 * @data: they
 */
struct rights {
	struct __user_cap_header_struct header;
	struct __user_cap_data_struct data[2];
};

/*
 * With that capability migrate_pages(2) would move pages that other processes
 * share, too, whether that was asked for or not.
 */
static int drop_sys_nice(struct rights *rights)
{
	struct __user_cap_data_struct less[2];

	rights->header.version = _LINUX_CAPABILITY_VERSION_3;
	rights->header.pid = 0;
	if (syscall(SYS_capget, &rights->header, rights->data))
		return -errno;
	less[0] = rights->data[0];
	less[1] = rights->data[1];
	less[SYS_NICE].effective &= ~CAP_TO_MASK(CAP_SYS_NICE);
	return syscall(SYS_capset, &rights->header, less) ? -errno : 0;
}

static void restore(struct rights *rights)
{
	syscall(SYS_capset, &rights->header, rights->data);
}

/* All nodes but those of @to. */
static struct bitmask *others(const struct bitmask *to)
{
	struct bitmask *nodes = numa_allocate_nodemask();

	for (int node = 0; nodes && node <= numa_max_node(); node++)
		if (!numa_bitmask_isbitset(to, (unsigned int)node))
			numa_bitmask_setbit(nodes, (unsigned int)node);
	return nodes;
}

/* libnuma takes them without const, and changes neither. */
static void migrate(const struct mover_request *request,
		    const struct bitmask *from)
{
	numa_migrate_pages(request->process->pid, (struct bitmask *)from,
			   (struct bitmask *)request->to);
}

static void migrate_others(const struct mover_request *request)
{
	struct bitmask *from;

	if (request->from) {
		migrate(request, request->from);
		return;
	}
	from = others(request->to);
	if (from) {
		migrate(request, from);
		numa_bitmask_free(from);
	}
}

void mover_rest(const struct mover_request *request)
{
	struct rights rights;

	if (request->shared) {
		migrate_others(request);
	} else if (!drop_sys_nice(&rights)) {
		migrate_others(request);
		restore(&rights);
	}
}
