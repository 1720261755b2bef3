// SPDX-License-Identifier: GPL-2.0
#include "reason.h"
#include "cost.h"
#include "counters.h"
#include "tracepoints.h"
#include "compat/compat.h"

#include <linux/atomic.h>
#include <linux/migrate_mode.h>
#include <linux/string.h>
#include <trace/events/migrate.h>

/*
 * The kernel's own list of its reasons; its header leaves EM() such that this is
 * one of numbers and names.
 */
static const struct trace_print_flags kernel_reasons[] = { MIGRATE_REASON };

/* The names that the kernel gives to the reasons of the interface. */
static const char *const names[NT_NR_REASONS] = {
	[NUMATRACE_MIGRATE_REASON_UNKNOWN] = "unknown",
	[NUMATRACE_MIGRATE_REASON_COMPACTION] = "compaction",
	[NUMATRACE_MIGRATE_REASON_MEMORY_FAILURE] = "memory_failure",
	[NUMATRACE_MIGRATE_REASON_MEMORY_HOTPLUG] = "memory_hotplug",
	[NUMATRACE_MIGRATE_REASON_SYSCALL] = "syscall_or_cpuset",
	[NUMATRACE_MIGRATE_REASON_MEMPOLICY_MBIND] = "mempolicy_mbind",
	[NUMATRACE_MIGRATE_REASON_NUMA_MISPLACED] = "numa_misplaced",
	[NUMATRACE_MIGRATE_REASON_CONTIG_RANGE] = "contig_range",
	[NUMATRACE_MIGRATE_REASON_LONGTERM_PIN] = "longterm_pin",
	[NUMATRACE_MIGRATE_REASON_DEMOTION] = "demotion",
	[NUMATRACE_MIGRATE_REASON_DAMON] = "damon",
};

/* By the kernel's number: the reason, or 0, which is unknown. */
static u8 reasons[MR_TYPES];

/* All CPUs share these: they grow once in a call of migrate_pages(). */
static struct {
	atomic64_t calls;
	atomic64_t migrated;
	atomic64_t failed;
} counts[NT_NR_REASONS];

static bool listening;
static bool counted;

static u8 reason_of(int number)
{
	return number >= 0 && number < MR_TYPES ? reasons[number] : 0;
}

static void translate(void)
{
	int i, reason;

	for (i = 0; i < ARRAY_SIZE(kernel_reasons); i++) {
		reason = match_string(names, NT_NR_REASONS,
				      kernel_reasons[i].name);
		if (reason > 0)
			reasons[kernel_reasons[i].mask] = reason;
	}
}

bool nt_reason_exists(enum numatrace_migrate_reason reason)
{
	return !reason || memchr(reasons, reason, sizeof(reasons));
}

const char *nt_reason_name(enum numatrace_migrate_reason reason)
{
	return names[reason];
}

void nt_reason_read(enum numatrace_migrate_reason reason,
		    struct nt_reason_count *count)
{
	count->calls = atomic64_read(&counts[reason].calls);
	count->migrated = atomic64_read(&counts[reason].migrated);
	count->failed = atomic64_read(&counts[reason].failed);
}

bool nt_reason_counted(void)
{
	return READ_ONCE(counted);
}

bool nt_reason_heard(void)
{
	return READ_ONCE(listening);
}

/* Whoever finds no slot migrates for a reason that is unknown. */
static void begin(int number)
{
	struct nt_slot *slot = nt_slot_take();
	struct nt_span *span;

	if (slot) {
		slot->depth++;
		span = nt_slot_migration(slot);
		if (span) {
			span->row = -1;
			span->column = -1;
			span->reason = reason_of(number);
			span->start = nt_cost_start();
			return;
		}
	}
	if (nt_cost_measured())
		nt_cost_lose(NUMATRACE_COST_KIND_MIGRATION);
}

/* One that was under way when this probe was attached has no begin. */
static void end_span(void)
{
	struct nt_slot *slot = nt_slot_find();
	struct nt_span *span;

	if (!slot || !slot->depth)
		return;
	span = nt_slot_migration(slot);
	if (span && nt_cost_measured())
		nt_cost_end(NUMATRACE_COST_KIND_MIGRATION, span);
	slot->depth--;
	nt_slot_put(slot);
}

static void end(int number, unsigned long succeeded, unsigned long failed)
{
	u8 i = reason_of(number);

	end_span();
	atomic64_inc(&counts[i].calls);
	atomic64_add(succeeded, &counts[i].migrated);
	atomic64_add(failed, &counts[i].failed);
}

static void __maybe_unused start_int(void *data, enum migrate_mode mode,
				     int number)
{
	begin(number);
}

/* Since 7.3. */
static void __maybe_unused start_enum(void *data, enum migrate_mode mode,
				      enum migrate_reason number)
{
	begin(number);
}

static void __maybe_unused end_7(void *data, unsigned long succeeded,
				 unsigned long failed,
				 unsigned long thp_succeeded,
				 unsigned long thp_failed,
				 unsigned long thp_split,
				 enum migrate_mode mode, int number)
{
	end(number, succeeded, failed);
}

/* 6.7 added the splits of large folios. */
static void __maybe_unused end_8(void *data, unsigned long succeeded,
				 unsigned long failed,
				 unsigned long thp_succeeded,
				 unsigned long thp_failed,
				 unsigned long thp_split,
				 unsigned long large_folio_split,
				 enum migrate_mode mode, int number)
{
	end(number, succeeded, failed);
}

/* Since 7.3. */
static void __maybe_unused
end_enum(void *data, unsigned long succeeded, unsigned long failed,
	 unsigned long thp_succeeded, unsigned long thp_failed,
	 unsigned long thp_split, unsigned long large_folio_split,
	 enum migrate_mode mode, enum migrate_reason number)
{
	end(number, succeeded, failed);
}

static struct nt_probe probes[] = {
	/* ORDER: whoever takes a slot will give it back. */
	NT_PROBE_3(mm_migrate_pages, end_7, end_8, end_enum, NT_PROBE_OPTIONAL),
	NT_PROBE_2(mm_migrate_pages_start, start_int, start_enum,
		   NT_PROBE_OPTIONAL),
};

int nt_reason_start(void)
{
	int ret;

	translate();
	/* Those that began before the last stop, and ended after it. */
	nt_slots_forget_migrations();
	ret = nt_tracepoints_init(probes, ARRAY_SIZE(probes));
	if (ret)
		return ret;
	WRITE_ONCE(listening, true);
	WRITE_ONCE(counted, true);
	return 0;
}

void nt_reason_stop(void)
{
	if (!listening)
		return;
	nt_tracepoints_exit(probes, ARRAY_SIZE(probes));
	WRITE_ONCE(listening, false);
}
