// SPDX-License-Identifier: GPL-2.0
#include "debugfs.h"
#include "history.h"

#include <linux/module.h>
#include <linux/seq_file.h>

/**
 * struct view - an open file
 * @last: number of the newest sample when it was opened
 * @sample: a copy of the one that is being shown
 */
struct view {
	u64 last;
	struct nt_sample *sample;
};

/* The columns after those of the sample; the names of /.../nodes, shortened. */
static const struct {
	const char *name;
	unsigned int attr;
} columns[] = {
	{ "mem_free", NUMATRACE_A_NODE_MEM_FREE },
	{ "faults", NUMATRACE_A_NODE_FAULTS },
	{ "hint_faults", NUMATRACE_A_NODE_HINT_FAULTS },
	{ "hint_local", NUMATRACE_A_NODE_HINT_FAULTS_LOCAL },
	{ "numa_migrated", NUMATRACE_A_NODE_NUMA_PAGES_MIGRATED },
	{ "migrated", NUMATRACE_A_NODE_MIGRATE_SUCCESS },
	{ "failed", NUMATRACE_A_NODE_MIGRATE_FAIL },
	{ "alloc_hit", NUMATRACE_A_NODE_ALLOC_HIT },
	{ "alloc_miss", NUMATRACE_A_NODE_ALLOC_MISS },
	{ "cpu_time", NUMATRACE_A_NODE_CPU_TIME },
};

/* The position is the number of a sample, or 0: the heading. */
static void *find(struct seq_file *m, loff_t *pos)
{
	struct view *view = m->private;

	if (!*pos)
		return SEQ_START_TOKEN;
	if (!nt_history_copy(*pos, view->last, view->sample))
		return NULL;
	*pos = view->sample->sequence;
	return view->sample;
}

static void *start(struct seq_file *m, loff_t *pos)
{
	return find(m, pos);
}

static void *next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return find(m, pos);
}

static void stop(struct seq_file *m, void *v)
{
}

static void show_heading(struct seq_file *m)
{
	int i;

	seq_printf(m, "%10s %18s %8s %5s", "sequence", "timestamp_ns",
		   "interval", "node");
	for (i = 0; i < ARRAY_SIZE(columns); i++)
		seq_printf(m, " %15s", columns[i].name);
	seq_putc(m, '\n');
}

static void show_value(struct seq_file *m, const struct nt_node *node,
		       unsigned int attr)
{
	if (nt_vmstat_counts(attr))
		seq_printf(m, " %15llu", node->value[attr]);
	else
		seq_printf(m, " %15s", "-");
}

static int show(struct seq_file *m, void *v)
{
	const struct nt_sample *sample = v;
	int i, nid;

	if (v == SEQ_START_TOKEN) {
		show_heading(m);
		return 0;
	}
	for_each_node_mask(nid, sample->online) {
		seq_printf(m, "%10llu %18llu %8u %5d", sample->sequence,
			   sample->timestamp, sample->interval, nid);
		for (i = 0; i < ARRAY_SIZE(columns); i++)
			show_value(m, &sample->nodes[nid], columns[i].attr);
		seq_putc(m, '\n');
	}
	return 0;
}

static const struct seq_operations operations = {
	.start = start,
	.next = next,
	.stop = stop,
	.show = show,
};

static int history_open(struct inode *inode, struct file *file)
{
	struct view *view =
		__seq_open_private(file, &operations, sizeof(*view));

	if (!view)
		return -ENOMEM;
	view->sample = nt_sample_alloc();
	if (!view->sample) {
		seq_release_private(inode, file);
		return -ENOMEM;
	}
	nt_history_count(&view->last);
	return 0;
}

static int history_release(struct inode *inode, struct file *file)
{
	const struct seq_file *m = file->private_data;
	const struct view *view = m->private;

	nt_sample_free(view->sample);
	return seq_release_private(inode, file);
}

const struct file_operations nt_history_fops = {
	.owner = THIS_MODULE,
	.open = history_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = history_release,
};
