// SPDX-License-Identifier: GPL-2.0
#include "locality.h"

#include <errno.h>

#include <linux/numatrace.h>

bool locality_ratio(struct locality locality, double *ratio)
{
	double sum = (double)locality.local + (double)locality.remote;

	if (sum == 0)
		return false;
	*ratio = (double)locality.local / sum;
	return true;
}

struct report_node locality_sum_nodes(const struct report_nodes *nodes)
{
	struct report_node sum = { .id = REPORT_ALL_NODES };

	if (nodes->count)
		sum.measured = (1ULL << NODE_FIELDS) - 1;
	for (size_t n = 0; n < nodes->count; n++) {
		const struct report_node *node = &nodes->node[n];

		sum.measured &= node->measured;
		for (int i = 0; i < NODE_FIELDS; i++)
			sum.value[i] += node->value[i];
	}
	return sum;
}

bool locality_of_node(const struct report_node *node, struct locality *locality)
{
	uint64_t all = node->value[NODE_HINT_FAULTS];
	uint64_t local = node->value[NODE_HINT_FAULTS_LOCAL];

	if (!report_measured(node, NODE_HINT_FAULTS) ||
	    !report_measured(node, NODE_HINT_FAULTS_LOCAL))
		return false;
	locality->local = local;
	locality->remote = all > local ? all - local : 0;
	return true;
}

bool locality_minor_faults(const struct report_node *node, int64_t *minor)
{
	if (!report_measured(node, NODE_FAULTS) ||
	    !report_measured(node, NODE_MAJOR_FAULTS))
		return false;
	*minor = (int64_t)locality_growth(node->value[NODE_FAULTS],
					  node->value[NODE_MAJOR_FAULTS]);
	return true;
}

struct locality locality_of_row(const struct report_matrix *access,
				uint32_t row, enum locality_unit unit)
{
	const struct report_cell *own = report_find_cell(access, row, row);

	return (struct locality){
		.local = own ? locality_cell(own, unit) : 0,
		.remote = locality_row_sum(access, row, unit, false),
	};
}

struct locality locality_of_usage(const struct report_usage *usage,
				  enum locality_unit unit)
{
	if (unit == LOCALITY_PAGES)
		return (struct locality){ usage->local_pages,
					  usage->remote_pages };
	return (struct locality){ usage->local_faults, usage->remote_faults };
}

static uint32_t share_node(const struct report_share *share, bool memory)
{
	return memory ? share->memory_node : share->cpu_node;
}

static uint64_t share_sum(const struct report_usage *usage, uint32_t node,
			  bool memory)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < usage->shares; i++)
		if (share_node(&usage->share[i], memory) == node)
			sum += usage->share[i].faults;
	return sum;
}

static bool main_node(const struct report_usage *usage, bool memory,
		      uint32_t *main)
{
	uint64_t most = 0;

	for (size_t i = 0; i < usage->shares; i++) {
		uint32_t node = share_node(&usage->share[i], memory);
		uint64_t sum;

		if (node == REPORT_ALL_NODES)
			continue;
		sum = share_sum(usage, node, memory);
		if (sum > most || (sum && sum == most && node < *main)) {
			most = sum;
			*main = node;
		}
	}
	return most;
}

bool locality_main_cpu_node(const struct report_usage *usage, uint32_t *node)
{
	return main_node(usage, false, node);
}

bool locality_main_memory_node(const struct report_usage *usage, uint32_t *node)
{
	return main_node(usage, true, node);
}

static struct report_share *find_share(const struct report_usage *usage,
				       const struct report_share *key)
{
	for (size_t i = 0; i < usage->shares; i++)
		if (usage->share[i].cpu_node == key->cpu_node &&
		    usage->share[i].memory_node == key->memory_node)
			return &usage->share[i];
	return NULL;
}

static int add_share(struct report_usage *sum, const struct report_share *share)
{
	struct report_share *found = find_share(sum, share);

	if (!found) {
		found = report_add_share(sum);
		if (!found)
			return -ENOMEM;
		found->cpu_node = share->cpu_node;
		found->memory_node = share->memory_node;
	}
	found->faults += share->faults;
	found->pages += share->pages;
	return 0;
}

/* The sum has not measured what one of its parts has not. */
static void add_counters(struct report_usage *sum,
			 const struct report_usage *usage)
{
	sum->local_faults += usage->local_faults;
	sum->remote_faults += usage->remote_faults;
	sum->local_pages += usage->local_pages;
	sum->remote_pages += usage->remote_pages;
	sum->outcomes &= usage->outcomes;
	sum->migrated_pages += usage->migrated_pages;
	sum->failed_pages += usage->failed_pages;
}

static void add_durations(struct report_usage *sum,
			  const struct report_usage *usage)
{
	sum->timed &= usage->timed;
	for (int i = 0; i < REPORT_COST_KINDS; i++)
		sum->time[i] += usage->time[i];
}

static void add_times(struct report_usage *sum,
		      const struct report_usage *usage)
{
	if (!usage->accessed)
		return;
	if (!sum->accessed || usage->first_access < sum->first_access)
		sum->first_access = usage->first_access;
	if (!sum->accessed || usage->last_access > sum->last_access)
		sum->last_access = usage->last_access;
	sum->accessed = true;
}

int locality_add_usage(struct report_usage *sum,
		       const struct report_usage *usage)
{
	int err = 0;

	add_counters(sum, usage);
	add_durations(sum, usage);
	add_times(sum, usage);
	for (size_t i = 0; !err && i < usage->shares; i++)
		err = add_share(sum, &usage->share[i]);
	return err;
}

uint64_t locality_row_sum(const struct report_matrix *matrix, uint32_t row,
			  enum locality_unit unit, bool diagonal)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < matrix->count; i++) {
		const struct report_cell *cell = &matrix->cell[i];

		if (cell->row == row && (diagonal || cell->column != row))
			sum += locality_cell(cell, unit);
	}
	return sum;
}

uint64_t locality_column_sum(const struct report_matrix *matrix,
			     uint32_t column, enum locality_unit unit,
			     bool diagonal)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < matrix->count; i++) {
		const struct report_cell *cell = &matrix->cell[i];

		if (cell->column == column && (diagonal || cell->row != column))
			sum += locality_cell(cell, unit);
	}
	return sum;
}

static void subtract_node(struct report_node *node,
			  const struct report_node *before)
{
	const uint64_t gauges = (1ULL << NODE_FIRST_COUNTER) - 1;

	node->measured &= gauges | (before ? before->measured : 0);
	if (!before)
		return;
	for (int i = NODE_FIRST_COUNTER; i < NODE_FIELDS; i++)
		node->value[i] =
			locality_growth(node->value[i], before->value[i]);
}

void locality_subtract_nodes(struct report_nodes *nodes,
			     const struct report_nodes *before)
{
	for (size_t i = 0; i < nodes->count; i++) {
		struct report_node *node = &nodes->node[i];

		subtract_node(node, report_find_node(before, node->id));
	}
}

void locality_subtract_matrix(struct report_matrix *matrix,
			      const struct report_matrix *before)
{
	for (size_t i = 0; i < matrix->count; i++) {
		struct report_cell *cell = &matrix->cell[i];
		const struct report_cell *old;

		old = report_find_cell(before, cell->row, cell->column);
		if (!old)
			continue;
		cell->events = locality_growth(cell->events, old->events);
		cell->pages = locality_growth(cell->pages, old->pages);
	}
}

static void subtract_durations(struct report_usage *usage,
			       const struct report_usage *before)
{
	usage->timed &= before->timed;
	for (int i = 0; i < REPORT_COST_KINDS; i++)
		usage->time[i] =
			locality_growth(usage->time[i], before->time[i]);
}

void locality_subtract_usage(struct report_usage *usage,
			     const struct report_usage *before)
{
	usage->local_faults =
		locality_growth(usage->local_faults, before->local_faults);
	usage->remote_faults =
		locality_growth(usage->remote_faults, before->remote_faults);
	usage->local_pages =
		locality_growth(usage->local_pages, before->local_pages);
	usage->remote_pages =
		locality_growth(usage->remote_pages, before->remote_pages);
	usage->outcomes &= before->outcomes;
	usage->migrated_pages =
		locality_growth(usage->migrated_pages, before->migrated_pages);
	usage->failed_pages =
		locality_growth(usage->failed_pages, before->failed_pages);
	subtract_durations(usage, before);
	for (size_t i = 0; i < before->shares; i++) {
		const struct report_share *old = &before->share[i];
		struct report_share *share = find_share(usage, old);

		if (!share)
			continue;
		share->faults = locality_growth(share->faults, old->faults);
		share->pages = locality_growth(share->pages, old->pages);
	}
}

bool locality_began_anew(const struct report_usage *now,
			 const struct report_usage *before)
{
	return now->local_faults < before->local_faults ||
	       now->remote_faults < before->remote_faults ||
	       now->local_pages < before->local_pages ||
	       now->remote_pages < before->remote_pages ||
	       (now->outcomes && before->outcomes &&
		(now->migrated_pages < before->migrated_pages ||
		 now->failed_pages < before->failed_pages));
}

/* The rows that stand for what no process has. */
struct sums {
	struct report_usage *ended;
	struct report_usage *unlisted;
	struct report_usage *unattributed;
};

static bool find_sums(const struct report_processes *processes,
		      struct sums *sums)
{
	struct report_process *ended, *unlisted, *unattributed;

	ended = report_find_sum(processes, NUMATRACE_ROW_KIND_ENDED_TOTAL);
	unlisted = report_find_sum(processes, NUMATRACE_ROW_KIND_UNLISTED);
	unattributed =
		report_find_sum(processes, NUMATRACE_ROW_KIND_UNATTRIBUTED);
	if (!ended || !unlisted || !unattributed)
		return false;
	sums->ended = &ended->usage;
	sums->unlisted = &unlisted->usage;
	sums->unattributed = &unattributed->usage;
	return true;
}

static void move_loss(uint64_t *from, uint64_t *to)
{
	if ((int64_t)*from >= 0)
		return;
	*to += *from;
	*from = 0;
}

/*
 * A sum that lost more to another one than it gained has no growth. Processes
 * that came out of unlisted may leave a loss that no sum can bear.
 */
static void settle(uint64_t *ended, uint64_t *unlisted, uint64_t *unattributed)
{
	move_loss(unlisted, ended);
	move_loss(ended, unlisted);
	move_loss(unlisted, unattributed);
	move_loss(unattributed, ended);
	move_loss(ended, unlisted);
	if ((int64_t)*unlisted < 0)
		*unlisted = 0;
}

static void settle_sums(const struct sums *sums)
{
	struct report_usage *ended = sums->ended, *unlisted = sums->unlisted;
	struct report_usage *rest = sums->unattributed;

	settle(&ended->local_faults, &unlisted->local_faults,
	       &rest->local_faults);
	settle(&ended->remote_faults, &unlisted->remote_faults,
	       &rest->remote_faults);
	settle(&ended->local_pages, &unlisted->local_pages, &rest->local_pages);
	settle(&ended->remote_pages, &unlisted->remote_pages,
	       &rest->remote_pages);
	settle(&ended->migrated_pages, &unlisted->migrated_pages,
	       &rest->migrated_pages);
	settle(&ended->failed_pages, &unlisted->failed_pages,
	       &rest->failed_pages);
	for (int i = 0; i < REPORT_COST_KINDS; i++)
		settle(&ended->time[i], &unlisted->time[i], &rest->time[i]);
}

/* By node it is only known where no row moved. */
static void settle_shares(struct report_usage *usage)
{
	for (size_t i = 0; i < usage->shares; i++) {
		if ((int64_t)usage->share[i].faults < 0)
			usage->share[i].faults = 0;
		if ((int64_t)usage->share[i].pages < 0)
			usage->share[i].pages = 0;
	}
}

/* Take from the sums what rows that are now in them had of their own. */
static void subtract_moved(const struct sums *sums,
			   const struct report_processes *now,
			   const struct report_processes *before)
{
	for (size_t i = 0; i < before->count; i++) {
		const struct report_process *old = &before->process[i];
		const struct report_process *found;

		if (old->kind != NUMATRACE_ROW_KIND_CURRENT)
			continue;
		found = report_find_process(now, old);
		if (found && locality_began_anew(&found->usage, &old->usage))
			locality_subtract_usage(sums->unattributed,
						&old->usage);
		else if (!found || found->kind != NUMATRACE_ROW_KIND_CURRENT)
			locality_subtract_usage(sums->ended, &old->usage);
	}
}

static bool is_single(const struct report_process *process)
{
	return process->kind == NUMATRACE_ROW_KIND_CURRENT ||
	       process->kind == NUMATRACE_ROW_KIND_ENDED;
}

/* Only a row that stands for many may count less without being another. */
static void subtract_own(struct report_process *process,
			 const struct report_process *old)
{
	if (!is_single(process) ||
	    !locality_began_anew(&process->usage, &old->usage))
		locality_subtract_usage(&process->usage, &old->usage);
}

void locality_subtract_processes(struct report_processes *processes,
				 const struct report_processes *before)
{
	struct sums sums;
	bool found = find_sums(processes, &sums);

	/* ORDER: whether a row began anew shows while it has its past. */
	if (found)
		subtract_moved(&sums, processes, before);
	for (size_t i = 0; i < processes->count; i++) {
		struct report_process *process = &processes->process[i];
		const struct report_process *old;

		old = report_find_process(before, process);
		if (old)
			subtract_own(process, old);
	}
	if (!found)
		return;
	settle_sums(&sums);
	settle_shares(sums.ended);
	settle_shares(sums.unlisted);
	settle_shares(sums.unattributed);
}

static bool attached(const struct report_info *now,
		     const struct report_info *before, const char *hook)
{
	return report_hook_attached(now, hook) &&
	       report_hook_attached(before, hook);
}

struct locality_measured locality_measured(const struct report_info *now,
					   const struct report_info *before)
{
	struct locality_measured measured = {
		.accesses = attached(now, before, "access"),
		.outcomes = attached(now, before, "outcome"),
		.attributed = true,
		.timed = 1U << NUMATRACE_COST_KIND_SCAN,
	};

	if (measured.accesses && measured.outcomes)
		measured.timed |= 1U << NUMATRACE_COST_KIND_FAULT;
	if (attached(now, before, "migration"))
		measured.timed |= 1U << NUMATRACE_COST_KIND_MIGRATION;
	return measured;
}

/* Whatever happened is unattributed then: the sum of all rows stays. */
static int drop_attributed(struct report_processes *growth)
{
	struct report_process *kept =
		report_find_sum(growth, NUMATRACE_ROW_KIND_UNATTRIBUTED);
	struct report_process first;
	int err = 0;

	if (!kept)
		return 0;
	for (size_t i = 0; !err && i < growth->count; i++)
		if (&growth->process[i] != kept &&
		    growth->process[i].kind != NUMATRACE_ROW_KIND_ENDED)
			err = locality_add_usage(&kept->usage,
						 &growth->process[i].usage);
	first = growth->process[0];
	growth->process[0] = *kept;
	*kept = first;
	report_cut_processes(growth, 1);
	return err;
}

int locality_drop_unmeasured(struct report_processes *growth,
			     const struct locality_measured *measured)
{
	if (!measured->accesses) {
		report_cut_processes(growth, 0);
		return 0;
	}
	for (size_t i = 0; i < growth->count; i++) {
		growth->process[i].usage.outcomes &= measured->outcomes;
		growth->process[i].usage.timed &= measured->timed;
	}
	return measured->attributed ? 0 : drop_attributed(growth);
}
