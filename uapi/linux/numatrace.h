/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	uapi/numatrace.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_NUMATRACE_H
#define _UAPI_LINUX_NUMATRACE_H

#define NUMATRACE_FAMILY_NAME		"numatrace"
#define NUMATRACE_FAMILY_VERSION	1

#define NUMATRACE_INTERFACE_VERSION	4

/**
 * enum numatrace_matrix_kind - What the rows and columns of a matrix stand
 *   for.
 * @NUMATRACE_MATRIX_KIND_ACCESS: Row is the node of the CPU that accessed,
 *   column the node that held the page at that moment. Events are hinting
 *   faults (the sum equals numa_hint_faults of /proc/vmstat, the diagonal
 *   numa_hint_faults_local); pages weighs each by its folio's size.
 * @NUMATRACE_MATRIX_KIND_MIGRATION: Row is the node a folio left, column the
 *   node it arrived on, for whatever reason it moved. Events are folios; the
 *   sum of the pages equals pgmigrate_success of /proc/vmstat.
 * @NUMATRACE_MATRIX_KIND_BOUNCE: Folios that migrated back to the node from
 *   which they had come less than bounce-window-ms before, as far as the
 *   module remembers; a part of migration, with the same rows and columns. The
 *   page frame tells a page: one that was freed and used anew in between is
 *   counted as well. Refused while bounce-window-ms is 0.
 * @NUMATRACE_MATRIX_KIND_TASK_MOVE: Row is the node of the CPU that a task
 *   left, column that of the CPU to which balancing tried to move it
 *   (sched_move_numa, which comes before the attempt; one that fails is in
 *   task-stick as well). Has no pages.
 * @NUMATRACE_MATRIX_KIND_TASK_SWAP: The same for each task of two that
 *   balancing tried to let change places (sched_swap_numa). Attempts fail
 *   often under load.
 * @NUMATRACE_MATRIX_KIND_TASK_STICK: The same for a task that balancing wanted
 *   to move, and could not (sched_stick_numa); where it found no CPU, column
 *   is the node that the task prefers.
 */
enum numatrace_matrix_kind {
	NUMATRACE_MATRIX_KIND_ACCESS,
	NUMATRACE_MATRIX_KIND_MIGRATION,
	NUMATRACE_MATRIX_KIND_BOUNCE,
	NUMATRACE_MATRIX_KIND_TASK_MOVE,
	NUMATRACE_MATRIX_KIND_TASK_SWAP,
	NUMATRACE_MATRIX_KIND_TASK_STICK,
};

/**
 * enum numatrace_migrate_reason - Why pages migrate, the kernel's enum
 *   migrate_reason by names of its own tracepoint, with numbers that stay the
 *   same from kernel to kernel.
 * @NUMATRACE_MIGRATE_REASON_UNKNOWN: The migration was under way when the hook
 *   was attached, or too many tasks migrated at a time to remember all their
 *   reasons.
 * @NUMATRACE_MIGRATE_REASON_COMPACTION: Memory is compacted to have larger
 *   free blocks.
 * @NUMATRACE_MIGRATE_REASON_MEMORY_FAILURE: The memory is failing.
 * @NUMATRACE_MIGRATE_REASON_MEMORY_HOTPLUG: The memory is to go offline.
 * @NUMATRACE_MIGRATE_REASON_SYSCALL: move_pages(2), migrate_pages(2), or a
 *   change of a cpuset.
 * @NUMATRACE_MIGRATE_REASON_MEMPOLICY_MBIND: mbind(2) with MPOL_MF_MOVE.
 * @NUMATRACE_MIGRATE_REASON_NUMA_MISPLACED: Automatic balancing.
 * @NUMATRACE_MIGRATE_REASON_CONTIG_RANGE: A contiguous range is allocated.
 * @NUMATRACE_MIGRATE_REASON_LONGTERM_PIN: Pages that are pinned for long leave
 *   movable memory.
 * @NUMATRACE_MIGRATE_REASON_DEMOTION: Reclaim demotes to slower memory.
 * @NUMATRACE_MIGRATE_REASON_DAMON: A DAMON scheme asks for it.
 */
enum numatrace_migrate_reason {
	NUMATRACE_MIGRATE_REASON_UNKNOWN,
	NUMATRACE_MIGRATE_REASON_COMPACTION,
	NUMATRACE_MIGRATE_REASON_MEMORY_FAILURE,
	NUMATRACE_MIGRATE_REASON_MEMORY_HOTPLUG,
	NUMATRACE_MIGRATE_REASON_SYSCALL,
	NUMATRACE_MIGRATE_REASON_MEMPOLICY_MBIND,
	NUMATRACE_MIGRATE_REASON_NUMA_MISPLACED,
	NUMATRACE_MIGRATE_REASON_CONTIG_RANGE,
	NUMATRACE_MIGRATE_REASON_LONGTERM_PIN,
	NUMATRACE_MIGRATE_REASON_DEMOTION,
	NUMATRACE_MIGRATE_REASON_DAMON,
};

/**
 * enum numatrace_cost_kind - What takes time. All times are those of the clock
 *   (CLOCK_MONOTONIC), from begin to end in the task that does it, with what
 *   interrupts it.
 * @NUMATRACE_COST_KIND_FAULT: Hinting faults, from the decision where the page
 *   belongs (mpol_misplaced) until the scheduler is told (task_numa_fault):
 *   with the migration that the fault causes, and else the restoring of the
 *   page table, without the entry into the kernel. Row is the node of the CPU,
 *   column the one that held the page.
 * @NUMATRACE_COST_KIND_SCAN: The scanner that arms page tables
 *   (task_numa_work), whole. Row and column are the node of the CPU on which
 *   it ended.
 * @NUMATRACE_COST_KIND_MIGRATION: migrate_pages() for any reason, whole; a
 *   call within another counts in both. Row is the node that the last folio
 *   left, column where it arrived; calls that moved nothing have neither.
 */
enum numatrace_cost_kind {
	NUMATRACE_COST_KIND_FAULT,
	NUMATRACE_COST_KIND_SCAN,
	NUMATRACE_COST_KIND_MIGRATION,
};

/**
 * enum numatrace_finding_kind - Problems that the module looks for with each
 *   sample, in the growth over detect-window-ms. The value of each is in
 *   hundredths of a percent; so is its threshold, which config sets. There is
 *   one finding of each kind, with the nodes of the moment; of first-touch,
 *   node-full and allocation-misses one for each node. A finding ends when its
 *   value is back by a tenth of the threshold, or of what the threshold leaves
 *   of 100 percent, whichever is less, when it could not be judged for three
 *   times detect-window-ms, or when its detector is switched off.
 * @NUMATRACE_FINDING_KIND_MEMORY_IMBALANCE: Share of memory in use: that of
 *   the fullest node (node) less that of the emptiest (other-node), among
 *   nodes that have CPUs.
 * @NUMATRACE_FINDING_KIND_CPU_IMBALANCE: Share of time that CPUs are busy:
 *   that of the busiest node (node) less that of the idlest (other-node).
 * @NUMATRACE_FINDING_KIND_LOW_LOCALITY: Locality of the accesses is below the
 *   threshold.
 * @NUMATRACE_FINDING_KIND_MIGRATION_FAILURES: Share of the pages to be
 *   migrated that could not be, for any reason but compaction and
 *   contig_range, which only make room. Needs the hook migration.
 * @NUMATRACE_FINDING_KIND_PING_PONG: Share of the pages that migrated to
 *   another node that went back (matrix bounce).
 * @NUMATRACE_FINDING_KIND_FIRST_TOUCH: Share of the accesses from other nodes
 *   than node that go to memory of node, while at least two nodes make 5
 *   percent or more of the accesses to it.
 * @NUMATRACE_FINDING_KIND_NODE_FULL: Share of free memory of node, below the
 *   threshold, while other-node has at least four times as much, and is not
 *   below it.
 * @NUMATRACE_FINDING_KIND_ALLOCATION_MISSES: Share of the pages allocated on
 *   node that were intended for another (alloc-miss of alloc-hit +
 *   alloc-miss).
 */
enum numatrace_finding_kind {
	NUMATRACE_FINDING_KIND_MEMORY_IMBALANCE,
	NUMATRACE_FINDING_KIND_CPU_IMBALANCE,
	NUMATRACE_FINDING_KIND_LOW_LOCALITY,
	NUMATRACE_FINDING_KIND_MIGRATION_FAILURES,
	NUMATRACE_FINDING_KIND_PING_PONG,
	NUMATRACE_FINDING_KIND_FIRST_TOUCH,
	NUMATRACE_FINDING_KIND_NODE_FULL,
	NUMATRACE_FINDING_KIND_ALLOCATION_MISSES,
};

/**
 * enum numatrace_finding_severity - How bad a finding is.
 * @NUMATRACE_FINDING_SEVERITY_NOTICE: Worth knowing.
 * @NUMATRACE_FINDING_SEVERITY_WARNING: Beyond the threshold by at least half
 *   of it, or half of what it leaves of 100 percent, whichever is less; or a
 *   full node.
 */
enum numatrace_finding_severity {
	NUMATRACE_FINDING_SEVERITY_NOTICE,
	NUMATRACE_FINDING_SEVERITY_WARNING,
};

/**
 * enum numatrace_hook_state - How a hook sits on its kernel function.
 * @NUMATRACE_HOOK_STATE_OFF: Switched off by request; costs nothing, counts
 *   nothing.
 * @NUMATRACE_HOOK_STATE_FTRACE: Attached with an ftrace_ops of its own.
 * @NUMATRACE_HOOK_STATE_KPROBE: Attached with a kprobe.
 * @NUMATRACE_HOOK_STATE_UNAVAILABLE: Could not be attached; the attribute
 *   reason says why.
 */
enum numatrace_hook_state {
	NUMATRACE_HOOK_STATE_OFF,
	NUMATRACE_HOOK_STATE_FTRACE,
	NUMATRACE_HOOK_STATE_KPROBE,
	NUMATRACE_HOOK_STATE_UNAVAILABLE,
};

/**
 * enum numatrace_node_state - What a node has at this moment.
 * @NUMATRACE_NODE_STATE_ONLINE: The node is online.
 * @NUMATRACE_NODE_STATE_MEMORY: The node has memory.
 * @NUMATRACE_NODE_STATE_CPU: The node has at least one online CPU.
 */
enum numatrace_node_state {
	NUMATRACE_NODE_STATE_ONLINE = 1,
	NUMATRACE_NODE_STATE_MEMORY = 2,
	NUMATRACE_NODE_STATE_CPU = 4,
};

/**
 * enum numatrace_row_kind - What a row of processes or cgroups stands for. At
 *   any quiet moment the sum of all rows, but for those of kind ended, is the
 *   access matrix.
 * @NUMATRACE_ROW_KIND_CURRENT: A process that lives, or a cgroup that exists.
 * @NUMATRACE_ROW_KIND_ENDED: One of the last processes that exited or cgroups
 *   that were removed; its numbers are part of ended-total.
 * @NUMATRACE_ROW_KIND_ENDED_TOTAL: All processes that exited, or cgroups that
 *   were removed.
 * @NUMATRACE_ROW_KIND_UNLISTED: All current ones that this dump does not list
 *   one by one: those that the request filtered out, that have fewer accesses
 *   than min-faults, or that the caller may not see.
 * @NUMATRACE_ROW_KIND_UNATTRIBUTED: Accesses that came while the table was
 *   full or while tracking was switched off.
 */
enum numatrace_row_kind {
	NUMATRACE_ROW_KIND_CURRENT,
	NUMATRACE_ROW_KIND_ENDED,
	NUMATRACE_ROW_KIND_ENDED_TOTAL,
	NUMATRACE_ROW_KIND_UNLISTED,
	NUMATRACE_ROW_KIND_UNATTRIBUTED,
};

/**
 * enum numatrace_memory_policy - The modes of set_mempolicy(2), with its
 *   numbers.
 * @NUMATRACE_MEMORY_POLICY_DEFAULT: No policy of its own.
 * @NUMATRACE_MEMORY_POLICY_PREFERRED: From one node if possible.
 * @NUMATRACE_MEMORY_POLICY_BIND: From a set of nodes only.
 * @NUMATRACE_MEMORY_POLICY_INTERLEAVE: From the nodes of a set in turn.
 * @NUMATRACE_MEMORY_POLICY_LOCAL: From the node of the CPU that allocates.
 * @NUMATRACE_MEMORY_POLICY_PREFERRED_MANY: From a set of nodes if possible.
 * @NUMATRACE_MEMORY_POLICY_WEIGHTED_INTERLEAVE: From the nodes of a set in
 *   turn, by their weights.
 */
enum numatrace_memory_policy {
	NUMATRACE_MEMORY_POLICY_DEFAULT,
	NUMATRACE_MEMORY_POLICY_PREFERRED,
	NUMATRACE_MEMORY_POLICY_BIND,
	NUMATRACE_MEMORY_POLICY_INTERLEAVE,
	NUMATRACE_MEMORY_POLICY_LOCAL,
	NUMATRACE_MEMORY_POLICY_PREFERRED_MANY,
	NUMATRACE_MEMORY_POLICY_WEIGHTED_INTERLEAVE,
};

enum {
	NUMATRACE_A_HOOK_NAME = 1,
	NUMATRACE_A_HOOK_FUNCTION,
	NUMATRACE_A_HOOK_STATE,
	NUMATRACE_A_HOOK_REASON,
	NUMATRACE_A_HOOK_EVENTS,
	NUMATRACE_A_HOOK_MISSED,
	NUMATRACE_A_HOOK_FAILED_PAGES,
	NUMATRACE_A_HOOK_MISSED_FAILED_PAGES,

	__NUMATRACE_A_HOOK_MAX,
	NUMATRACE_A_HOOK_MAX = (__NUMATRACE_A_HOOK_MAX - 1)
};

enum {
	NUMATRACE_A_INFO_MODULE_VERSION = 1,
	NUMATRACE_A_INFO_INTERFACE_VERSION,
	NUMATRACE_A_INFO_TIMESTAMP,
	NUMATRACE_A_INFO_START_TIME,
	NUMATRACE_A_INFO_GENERATION,
	NUMATRACE_A_INFO_PAGE_SIZE,
	NUMATRACE_A_INFO_NODES_POSSIBLE,
	NUMATRACE_A_INFO_NODES_ONLINE,
	NUMATRACE_A_INFO_NODES_MEMORY,
	NUMATRACE_A_INFO_NODES_CPU,
	NUMATRACE_A_INFO_CPUS_POSSIBLE,
	NUMATRACE_A_INFO_CPUS_ONLINE,
	NUMATRACE_A_INFO_HOOK,
	NUMATRACE_A_INFO_MEMORY,
	NUMATRACE_A_INFO_SAMPLE_INTERVAL,
	NUMATRACE_A_INFO_SAMPLES,
	NUMATRACE_A_INFO_LAST_SEQUENCE,
	NUMATRACE_A_INFO_JUDGED,
	NUMATRACE_A_INFO_JUDGED_AT,

	__NUMATRACE_A_INFO_MAX,
	NUMATRACE_A_INFO_MAX = (__NUMATRACE_A_INFO_MAX - 1)
};

enum {
	NUMATRACE_A_NODE_TIMESTAMP = 1,
	NUMATRACE_A_NODE_GENERATION,
	NUMATRACE_A_NODE_ID,
	NUMATRACE_A_NODE_STATE,
	NUMATRACE_A_NODE_CPUS,
	NUMATRACE_A_NODE_MEM_TOTAL,
	NUMATRACE_A_NODE_MEM_FREE,
	NUMATRACE_A_NODE_MEM_FILE,
	NUMATRACE_A_NODE_MEM_ANON,
	NUMATRACE_A_NODE_FAULTS,
	NUMATRACE_A_NODE_MAJOR_FAULTS,
	NUMATRACE_A_NODE_HINT_FAULTS,
	NUMATRACE_A_NODE_HINT_FAULTS_LOCAL,
	NUMATRACE_A_NODE_PTE_UPDATES,
	NUMATRACE_A_NODE_HUGE_PTE_UPDATES,
	NUMATRACE_A_NODE_NUMA_PAGES_MIGRATED,
	NUMATRACE_A_NODE_MIGRATE_SUCCESS,
	NUMATRACE_A_NODE_MIGRATE_FAIL,
	NUMATRACE_A_NODE_THP_MIGRATE_SUCCESS,
	NUMATRACE_A_NODE_THP_MIGRATE_FAIL,
	NUMATRACE_A_NODE_THP_MIGRATE_SPLIT,
	NUMATRACE_A_NODE_PROMOTED,
	NUMATRACE_A_NODE_DEMOTED,
	NUMATRACE_A_NODE_ALLOC_HIT,
	NUMATRACE_A_NODE_ALLOC_MISS,
	NUMATRACE_A_NODE_ALLOC_FOREIGN,
	NUMATRACE_A_NODE_ALLOC_INTERLEAVE_HIT,
	NUMATRACE_A_NODE_ALLOC_LOCAL_NODE,
	NUMATRACE_A_NODE_ALLOC_OTHER_NODE,
	NUMATRACE_A_NODE_CPU_TIME,

	__NUMATRACE_A_NODE_MAX,
	NUMATRACE_A_NODE_MAX = (__NUMATRACE_A_NODE_MAX - 1)
};

enum {
	NUMATRACE_A_CELL_COLUMN = 1,
	NUMATRACE_A_CELL_EVENTS,
	NUMATRACE_A_CELL_PAGES,

	__NUMATRACE_A_CELL_MAX,
	NUMATRACE_A_CELL_MAX = (__NUMATRACE_A_CELL_MAX - 1)
};

enum {
	NUMATRACE_A_MATRIX_KIND = 1,
	NUMATRACE_A_MATRIX_TIMESTAMP,
	NUMATRACE_A_MATRIX_GENERATION,
	NUMATRACE_A_MATRIX_ROW,
	NUMATRACE_A_MATRIX_CELL,
	NUMATRACE_A_MATRIX_REASON,

	__NUMATRACE_A_MATRIX_MAX,
	NUMATRACE_A_MATRIX_MAX = (__NUMATRACE_A_MATRIX_MAX - 1)
};

enum {
	NUMATRACE_A_REASON_TIMESTAMP = 1,
	NUMATRACE_A_REASON_GENERATION,
	NUMATRACE_A_REASON_REASON,
	NUMATRACE_A_REASON_CALLS,
	NUMATRACE_A_REASON_MIGRATED_PAGES,
	NUMATRACE_A_REASON_FAILED_PAGES,

	__NUMATRACE_A_REASON_MAX,
	NUMATRACE_A_REASON_MAX = (__NUMATRACE_A_REASON_MAX - 1)
};

enum {
	NUMATRACE_A_COST_BUCKET_ORDER = 1,
	NUMATRACE_A_COST_BUCKET_COUNT,

	__NUMATRACE_A_COST_BUCKET_MAX,
	NUMATRACE_A_COST_BUCKET_MAX = (__NUMATRACE_A_COST_BUCKET_MAX - 1)
};

enum {
	NUMATRACE_A_COST_TIMESTAMP = 1,
	NUMATRACE_A_COST_GENERATION,
	NUMATRACE_A_COST_KIND,
	NUMATRACE_A_COST_ROW,
	NUMATRACE_A_COST_COLUMN,
	NUMATRACE_A_COST_COUNT,
	NUMATRACE_A_COST_TIME,
	NUMATRACE_A_COST_BUCKET,
	NUMATRACE_A_COST_MEASURED_TIME,
	NUMATRACE_A_COST_UNMEASURED,
	NUMATRACE_A_COST_LOST,
	NUMATRACE_A_COST_LONGEST,
	NUMATRACE_A_COST_LONGEST_END,
	NUMATRACE_A_COST_LONGEST_PID,
	NUMATRACE_A_COST_LONGEST_COMM,

	__NUMATRACE_A_COST_MAX,
	NUMATRACE_A_COST_MAX = (__NUMATRACE_A_COST_MAX - 1)
};

enum {
	NUMATRACE_A_SKIP_REASON = 1,
	NUMATRACE_A_SKIP_COUNT,
	NUMATRACE_A_SKIP_TIMESTAMP,
	NUMATRACE_A_SKIP_GENERATION,

	__NUMATRACE_A_SKIP_MAX,
	NUMATRACE_A_SKIP_MAX = (__NUMATRACE_A_SKIP_MAX - 1)
};

enum {
	NUMATRACE_A_ACCESS_CELL_CPU_NODE = 1,
	NUMATRACE_A_ACCESS_CELL_MEMORY_NODE,
	NUMATRACE_A_ACCESS_CELL_FAULTS,
	NUMATRACE_A_ACCESS_CELL_PAGES,

	__NUMATRACE_A_ACCESS_CELL_MAX,
	NUMATRACE_A_ACCESS_CELL_MAX = (__NUMATRACE_A_ACCESS_CELL_MAX - 1)
};

enum {
	NUMATRACE_A_PROCESS_TIMESTAMP = 1,
	NUMATRACE_A_PROCESS_GENERATION,
	NUMATRACE_A_PROCESS_KIND,
	NUMATRACE_A_PROCESS_PID,
	NUMATRACE_A_PROCESS_START_TIME,
	NUMATRACE_A_PROCESS_COMM,
	NUMATRACE_A_PROCESS_UID,
	NUMATRACE_A_PROCESS_CGROUP_ID,
	NUMATRACE_A_PROCESS_THREADS,
	NUMATRACE_A_PROCESS_PROCESSES,
	NUMATRACE_A_PROCESS_LEFT_OUT,
	NUMATRACE_A_PROCESS_LOCAL_FAULTS,
	NUMATRACE_A_PROCESS_REMOTE_FAULTS,
	NUMATRACE_A_PROCESS_LOCAL_PAGES,
	NUMATRACE_A_PROCESS_REMOTE_PAGES,
	NUMATRACE_A_PROCESS_MIGRATED_PAGES,
	NUMATRACE_A_PROCESS_FAILED_PAGES,
	NUMATRACE_A_PROCESS_FIRST_ACCESS,
	NUMATRACE_A_PROCESS_LAST_ACCESS,
	NUMATRACE_A_PROCESS_CELL,
	NUMATRACE_A_PROCESS_MIN_REMOTE,
	NUMATRACE_A_PROCESS_FAULT_TIME,
	NUMATRACE_A_PROCESS_SCAN_TIME,
	NUMATRACE_A_PROCESS_MIGRATION_TIME,

	__NUMATRACE_A_PROCESS_MAX,
	NUMATRACE_A_PROCESS_MAX = (__NUMATRACE_A_PROCESS_MAX - 1)
};

enum {
	NUMATRACE_A_CGROUP_TIMESTAMP = 1,
	NUMATRACE_A_CGROUP_GENERATION,
	NUMATRACE_A_CGROUP_KIND,
	NUMATRACE_A_CGROUP_ID,
	NUMATRACE_A_CGROUP_PATH,
	NUMATRACE_A_CGROUP_CGROUPS,
	NUMATRACE_A_CGROUP_LOCAL_FAULTS,
	NUMATRACE_A_CGROUP_REMOTE_FAULTS,
	NUMATRACE_A_CGROUP_LOCAL_PAGES,
	NUMATRACE_A_CGROUP_REMOTE_PAGES,
	NUMATRACE_A_CGROUP_MIGRATED_PAGES,
	NUMATRACE_A_CGROUP_FAILED_PAGES,
	NUMATRACE_A_CGROUP_FIRST_ACCESS,
	NUMATRACE_A_CGROUP_LAST_ACCESS,
	NUMATRACE_A_CGROUP_CELL,

	__NUMATRACE_A_CGROUP_MAX,
	NUMATRACE_A_CGROUP_MAX = (__NUMATRACE_A_CGROUP_MAX - 1)
};

enum {
	NUMATRACE_A_FAULT_STATISTICS_NODE = 1,
	NUMATRACE_A_FAULT_STATISTICS_MEMORY_SHARED,
	NUMATRACE_A_FAULT_STATISTICS_MEMORY_PRIVATE,
	NUMATRACE_A_FAULT_STATISTICS_CPU_SHARED,
	NUMATRACE_A_FAULT_STATISTICS_CPU_PRIVATE,

	__NUMATRACE_A_FAULT_STATISTICS_MAX,
	NUMATRACE_A_FAULT_STATISTICS_MAX = (__NUMATRACE_A_FAULT_STATISTICS_MAX - 1)
};

enum {
	NUMATRACE_A_THREAD_TIMESTAMP = 1,
	NUMATRACE_A_THREAD_PID,
	NUMATRACE_A_THREAD_TID,
	NUMATRACE_A_THREAD_COMM,
	NUMATRACE_A_THREAD_CPU,
	NUMATRACE_A_THREAD_CPU_NODE,
	NUMATRACE_A_THREAD_AFFINITY,
	NUMATRACE_A_THREAD_CPUSET_NODES,
	NUMATRACE_A_THREAD_POLICY,
	NUMATRACE_A_THREAD_POLICY_NODES,
	NUMATRACE_A_THREAD_SCANNED,
	NUMATRACE_A_THREAD_PREFERRED_NODE,
	NUMATRACE_A_THREAD_MIGRATED_PAGES,
	NUMATRACE_A_THREAD_FAULT_STATISTICS,

	__NUMATRACE_A_THREAD_MAX,
	NUMATRACE_A_THREAD_MAX = (__NUMATRACE_A_THREAD_MAX - 1)
};

enum {
	NUMATRACE_A_CONFIG_PROCESS_TABLE_SIZE = 1,
	NUMATRACE_A_CONFIG_CGROUP_TABLE_SIZE,
	NUMATRACE_A_CONFIG_TRACK_PROCESSES,
	NUMATRACE_A_CONFIG_TRACK_CGROUPS,
	NUMATRACE_A_CONFIG_MIN_FAULTS,
	NUMATRACE_A_CONFIG_SAMPLE_INTERVAL_MS,
	NUMATRACE_A_CONFIG_SAMPLE_INTERVAL_MAX_MS,
	NUMATRACE_A_CONFIG_SAMPLE_BACKOFF,
	NUMATRACE_A_CONFIG_HISTORY,
	NUMATRACE_A_CONFIG_SAMPLE_CGROUPS,
	NUMATRACE_A_CONFIG_MEASURE_COST,
	NUMATRACE_A_CONFIG_BOUNCE_WINDOW_MS,
	NUMATRACE_A_CONFIG_DETECT_WINDOW_MS,
	NUMATRACE_A_CONFIG_DETECT_MEMORY_IMBALANCE,
	NUMATRACE_A_CONFIG_DETECT_CPU_IMBALANCE,
	NUMATRACE_A_CONFIG_DETECT_LOW_LOCALITY,
	NUMATRACE_A_CONFIG_DETECT_MIGRATION_FAILURES,
	NUMATRACE_A_CONFIG_DETECT_PING_PONG,
	NUMATRACE_A_CONFIG_DETECT_FIRST_TOUCH,
	NUMATRACE_A_CONFIG_DETECT_NODE_FULL,
	NUMATRACE_A_CONFIG_DETECT_ALLOCATION_MISSES,
	NUMATRACE_A_CONFIG_DETECT_MIN_EVENTS,

	__NUMATRACE_A_CONFIG_MAX,
	NUMATRACE_A_CONFIG_MAX = (__NUMATRACE_A_CONFIG_MAX - 1)
};

enum {
	NUMATRACE_A_SAMPLE_SEQUENCE = 1,
	NUMATRACE_A_SAMPLE_TIMESTAMP,
	NUMATRACE_A_SAMPLE_GENERATION,
	NUMATRACE_A_SAMPLE_INTERVAL,
	NUMATRACE_A_SAMPLE_MESSAGES,
	NUMATRACE_A_SAMPLE_NODE,
	NUMATRACE_A_SAMPLE_ACCESS,
	NUMATRACE_A_SAMPLE_MIGRATION,
	NUMATRACE_A_SAMPLE_CGROUP,

	__NUMATRACE_A_SAMPLE_MAX,
	NUMATRACE_A_SAMPLE_MAX = (__NUMATRACE_A_SAMPLE_MAX - 1)
};

enum {
	NUMATRACE_A_FINDING_TIMESTAMP = 1,
	NUMATRACE_A_FINDING_KIND,
	NUMATRACE_A_FINDING_SEVERITY,
	NUMATRACE_A_FINDING_NODE,
	NUMATRACE_A_FINDING_OTHER_NODE,
	NUMATRACE_A_FINDING_SINCE,
	NUMATRACE_A_FINDING_VALUE,
	NUMATRACE_A_FINDING_THRESHOLD,
	NUMATRACE_A_FINDING_EVENTS,
	NUMATRACE_A_FINDING_ENDED,

	__NUMATRACE_A_FINDING_MAX,
	NUMATRACE_A_FINDING_MAX = (__NUMATRACE_A_FINDING_MAX - 1)
};

enum {
	NUMATRACE_CMD_INFO_GET = 1,
	NUMATRACE_CMD_NODE_GET,
	NUMATRACE_CMD_MATRIX_GET,
	NUMATRACE_CMD_HOOK_SET,
	NUMATRACE_CMD_PROCESS_GET,
	NUMATRACE_CMD_THREAD_GET,
	NUMATRACE_CMD_CGROUP_GET,
	NUMATRACE_CMD_CONFIG_GET,
	NUMATRACE_CMD_CONFIG_SET,
	NUMATRACE_CMD_REASON_GET,
	NUMATRACE_CMD_COST_GET,
	NUMATRACE_CMD_SKIP_GET,
	NUMATRACE_CMD_SAMPLE_GET,
	NUMATRACE_CMD_SAMPLE_NTF,
	NUMATRACE_CMD_FINDING_GET,
	NUMATRACE_CMD_FINDING_NTF,

	__NUMATRACE_CMD_MAX,
	NUMATRACE_CMD_MAX = (__NUMATRACE_CMD_MAX - 1)
};

#define NUMATRACE_MCGRP_MONITOR	"monitor"

#endif /* _UAPI_LINUX_NUMATRACE_H */
