// SPDX-License-Identifier: GPL-2.0
#include "mover_columns.h"

#include "notes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static uint64_t left_of(const struct mover_pair *pair)
{
	uint64_t left = 0;

	for (int reason = 0; reason < MOVER_REASONS; reason++)
		left += pair->left[reason];
	return left;
}

static char *show_node(uint32_t node)
{
	return node == MOVER_NO_NODE ? NULL : output_count(node);
}

static char *show_from(const struct output_style *style, const void *object,
		       int field)
{
	const struct mover_row *row = object;

	return show_node(row->pair->from);
}

static char *show_to(const struct output_style *style, const void *object,
		     int field)
{
	const struct mover_row *row = object;

	return show_node(row->pair->to);
}

static char *show_moved(const struct output_style *style, const void *object,
			int field)
{
	const struct mover_row *row = object;

	return output_count(row->pair->moved);
}

static char *show_moved_size(const struct output_style *style,
			     const void *object, int field)
{
	const struct mover_row *row = object;

	return output_size(style, row->pair->moved * row->page_size);
}

static char *show_left(const struct output_style *style, const void *object,
		       int field)
{
	const struct mover_row *row = object;

	return output_count(left_of(row->pair));
}

static char *show_left_size(const struct output_style *style,
			    const void *object, int field)
{
	const struct mover_row *row = object;

	return output_size(style, left_of(row->pair) * row->page_size);
}

static char *show_reason(const struct output_style *style, const void *object,
			 int field)
{
	const struct mover_row *row = object;

	return output_count(row->pair->left[field]);
}

static const struct output_column mover_columns[] = {
	{
		.name = "FROM",
		.key = "from",
		.number = true,
		.help = "node where the pages were",
		.value = show_from,
	},
	{
		.name = "TO",
		.key = "to",
		.number = true,
		.help = "node where they were to go",
		.value = show_to,
	},
	{
		.name = "MOVED",
		.key = "moved",
		.number = true,
		.help = "small pages that were found there afterwards",
		.value = show_moved,
	},
	{
		.name = "MOVED-SIZE",
		.key = "moved_bytes",
		.number = true,
		.help = "the same as a size",
		.value = show_moved_size,
	},
	{
		.name = "LEFT",
		.key = "left",
		.number = true,
		.help = "small pages that were not; the sum of what follows",
		.value = show_left,
	},
	{
		.name = "LEFT-SIZE",
		.key = "left_bytes",
		.number = true,
		.hidden = true,
		.help = "the same as a size",
		.value = show_left_size,
	},
	{
		.name = "BUSY",
		.key = "busy",
		.number = true,
		.help = "isolated by another part of the kernel (EBUSY)",
		.field = MOVER_BUSY,
		.value = show_reason,
	},
	{
		.name = "SHARED",
		.key = "shared",
		.number = true,
		.help = "mapped by other processes too (EACCES)",
		.field = MOVER_SHARED,
		.value = show_reason,
	},
	{
		.name = "PINNED",
		.key = "pinned",
		.number = true,
		.help = "the kernel tried to, but somebody holds them, such as I/O",
		.field = MOVER_PINNED,
		.value = show_reason,
	},
	{
		.name = "NO-MEMORY",
		.key = "no_memory",
		.number = true,
		.help = "no page was free for them there (ENOMEM)",
		.field = MOVER_NO_MEMORY,
		.value = show_reason,
	},
	{
		.name = "RETURNED",
		.key = "returned",
		.number = true,
		.help = "moved there, and away again by automatic balancing",
		.field = MOVER_RETURNED,
		.value = show_reason,
	},
	{
		.name = "HIDDEN",
		.key = "hidden",
		.number = true,
		.help = "armed by automatic balancing, which hides them before Linux 6.6",
		.field = MOVER_HIDDEN,
		.value = show_reason,
	},
	{
		.name = "OTHER",
		.key = "other",
		.number = true,
		.help = "in mappings whose pages do not move, such as a device's",
		.field = MOVER_OTHER,
		.value = show_reason,
	},
	{ 0 },
};

const struct output_object mover_object = {
	.name = "pages",
	.columns = mover_columns,
};

int mover_list(const struct output_choice *choice,
	       const struct output_style *style,
	       const struct mover_result *result)
{
	struct mover_row *row = calloc(result->count + 1, sizeof(*row));
	int err;

	if (!row)
		return -ENOMEM;
	for (size_t i = 0; i < result->count; i++)
		row[i] = (struct mover_row){
			.page_size = result->page_size,
			.pair = &result->pair[i],
		};
	err = output_list(&mover_object, choice, style, row, result->count,
			  sizeof(*row));
	free(row);
	return err;
}

/* After the number of pages. */
static const char *const advice[MOVER_REASONS] = {
	[MOVER_BUSY] = "busy: repeat it",
	[MOVER_SHARED] =
		"shared with other processes: --shared moves them too, as root",
	[MOVER_PINNED] =
		"held by I/O or a device, or of a file system that cannot move them: repeat it when the I/O has ended",
	[MOVER_NO_MEMORY] =
		"without room: free memory there, or choose another node; 'numatrace nodes' shows what is free",
	[MOVER_RETURNED] =
		"moved back by automatic balancing, as that is where they are used: bind the process with its memory",
	[MOVER_HIDDEN] =
		"hidden, as automatic balancing has armed them: repeat it as root while the process runs, or with sysctl kernel.numa_balancing=0",
	[MOVER_OTHER] = "in mappings whose pages do not move",
};

void mover_explain(const struct mover_result *result)
{
	uint64_t left = mover_left(result);

	if (!left)
		return;
	pr_notice("%llu page%s left where %s:", (unsigned long long)left,
		  left == 1 ? " was" : "s were",
		  left == 1 ? "it is" : "they are");
	for (int reason = 0; reason < MOVER_REASONS; reason++) {
		uint64_t count = mover_left_for(result, reason);

		if (count)
			pr_notice("  %llu %s", (unsigned long long)count,
				  advice[reason]);
	}
}

void mover_complain(pid_t pid, int err)
{
	switch (err) {
	case -ESRCH:
		pr_notice("there is no process %d, or it has ended", pid);
		break;
	case -ESTALE:
		pr_notice("process %d executes another program by now: it was left alone",
			  pid);
		break;
	case -EPERM:
		pr_notice("the pages of process %d may not be moved by this user: run it as root",
			  pid);
		break;
	case -ENODEV:
		pr_notice("process %d: a node to move to is not online, or has no memory",
			  pid);
		break;
	case -EACCES:
		pr_notice("the cpuset of process %d does not have that node: add it to cpuset.mems of its cgroup",
			  pid);
		break;
	case -EOPNOTSUPP:
		pr_notice("process %d: move_pages(2) is not allowed here, as by the seccomp filter of a container: run it outside, or add it to the filter",
			  pid);
		break;
	case -EINTR:
		pr_notice("process %d: interrupted", pid);
		break;
	default:
		pr_notice("the pages of process %d were not moved: %s", pid,
			  strerror(-err));
	}
}
