// SPDX-License-Identifier: GPL-2.0
/*
 * Samples and findings: messages as the module sends them, and such as it never
 * does.
 */
#include "monitor.h"
#include "reply.h"

#include "_messages.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include <linux/numatrace.h>

#include "kselftest_harness.h"

#define SECOND 1000000000ULL

static struct nl_msg *sample_start(uint64_t sequence, uint32_t messages)
{
	struct nl_msg *msg = message_begin(NUMATRACE_CMD_SAMPLE_NTF);

	nla_put_u64(msg, NUMATRACE_A_SAMPLE_SEQUENCE, sequence);
	nla_put_u64(msg, NUMATRACE_A_SAMPLE_TIMESTAMP, sequence * SECOND);
	nla_put_u32(msg, NUMATRACE_A_SAMPLE_GENERATION, 7);
	nla_put_u32(msg, NUMATRACE_A_SAMPLE_INTERVAL, 1000);
	nla_put_u32(msg, NUMATRACE_A_SAMPLE_MESSAGES, messages);
	return msg;
}

static void put_cell(struct nl_msg *msg, int type, uint32_t column, int counted,
		     uint64_t value)
{
	struct nlattr *nest = nla_nest_start(msg, type);

	nla_put_u32(msg, NUMATRACE_A_CELL_COLUMN, column);
	nla_put_u64(msg, counted, value);
	nla_nest_end(msg, nest);
}

/* A node whose counters are @sequence times its number plus one. */
static struct nl_msg *sample_node(uint64_t sequence, uint32_t messages,
				  uint32_t id)
{
	struct nl_msg *msg = sample_start(sequence, messages);
	struct nlattr *nest = nla_nest_start(msg, NUMATRACE_A_SAMPLE_NODE);

	nla_put_u32(msg, NUMATRACE_A_NODE_ID, id);
	nla_put_u32(msg, NUMATRACE_A_NODE_STATE, NUMATRACE_NODE_STATE_ONLINE);
	nla_put_u64(msg, NUMATRACE_A_NODE_MEM_FREE, 4096 * (id + 1));
	nla_put_u64(msg, NUMATRACE_A_NODE_FAULTS, sequence * (id + 1));
	nla_put_u64(msg, NUMATRACE_A_NODE_CPU_TIME, sequence * SECOND);
	nla_nest_end(msg, nest);
	put_cell(msg, NUMATRACE_A_SAMPLE_ACCESS, id, NUMATRACE_A_CELL_EVENTS,
		 sequence * 10);
	put_cell(msg, NUMATRACE_A_SAMPLE_MIGRATION, id + 1,
		 NUMATRACE_A_CELL_PAGES, sequence * 100);
	return msg;
}

static struct nl_msg *sample_cgroup(uint64_t sequence, uint32_t messages)
{
	struct nl_msg *msg = sample_start(sequence, messages);
	struct nlattr *nest = nla_nest_start(msg, NUMATRACE_A_SAMPLE_CGROUP);

	nla_put_u64(msg, NUMATRACE_A_CGROUP_ID, 99);
	nla_put_u64(msg, NUMATRACE_A_CGROUP_LOCAL_FAULTS, 1);
	nla_put_u64(msg, NUMATRACE_A_CGROUP_REMOTE_FAULTS, 2);
	nla_put_u64(msg, NUMATRACE_A_CGROUP_LOCAL_PAGES, 3);
	nla_put_u64(msg, NUMATRACE_A_CGROUP_REMOTE_PAGES, 4);
	nla_nest_end(msg, nest);
	return msg;
}

static struct nl_msg *finding_message(uint32_t node)
{
	struct nl_msg *msg = message_begin(NUMATRACE_CMD_FINDING_NTF);

	nla_put_u64(msg, NUMATRACE_A_FINDING_TIMESTAMP, 5 * SECOND);
	nla_put_u32(msg, NUMATRACE_A_FINDING_KIND,
		    NUMATRACE_FINDING_KIND_NODE_FULL);
	nla_put_u32(msg, NUMATRACE_A_FINDING_SEVERITY,
		    NUMATRACE_FINDING_SEVERITY_WARNING);
	if (node != REPORT_ALL_NODES)
		nla_put_u32(msg, NUMATRACE_A_FINDING_NODE, node);
	nla_put_u64(msg, NUMATRACE_A_FINDING_SINCE, 3 * SECOND);
	nla_put_u64(msg, NUMATRACE_A_FINDING_VALUE, 250);
	nla_put_u64(msg, NUMATRACE_A_FINDING_THRESHOLD, 500);
	return msg;
}

static int take_once(struct report_samples *samples, struct nl_msg *msg)
{
	int err = reply_sample(nlmsg_hdr(msg), samples);

	nlmsg_free(msg);
	return err;
}

static int parse_sample(struct nlmsghdr *message)
{
	struct report_samples samples = { 0 };
	int err = reply_sample(message, &samples);

	report_finish_samples(&samples);
	report_free_samples(&samples);
	return err;
}

static int parse_finding(struct nlmsghdr *message)
{
	struct report_findings findings = { 0 };
	int err = reply_finding(message, &findings);

	report_free_findings(&findings);
	return err;
}

static int parse_event(struct nlmsghdr *message)
{
	struct monitor_parts parts = { 0 };
	struct monitor_event event;
	int err = monitor_take(&parts, message, &event);

	report_free_sample(&event.sample);
	monitor_free_parts(&parts);
	return err;
}

static int parse_one(int (*parse)(struct nlmsghdr *), struct nl_msg *msg)
{
	int err = parse(nlmsg_hdr(msg));

	nlmsg_free(msg);
	return err;
}

/* Memory of exactly the size, so that nothing behind it can be read unseen. */
static bool accepts(int (*parse)(struct nlmsghdr *),
		    const struct nlmsghdr *message, size_t length)
{
	struct nlmsghdr *copy = malloc(length);
	int err;

	memcpy(copy, message, length);
	copy->nlmsg_len = length;
	err = parse(copy);
	free(copy);
	return !err || err == -EBADMSG;
}

/* Cut at each byte, and with each byte changed. Frees @msg. */
static bool withstands(int (*parse)(struct nlmsghdr *), struct nl_msg *msg)
{
	struct nlmsghdr *message = nlmsg_hdr(msg);
	size_t length = message->nlmsg_len;
	uint8_t *byte = (uint8_t *)message;
	bool good = true;

	for (size_t i = NLMSG_HDRLEN; i <= length; i++)
		good &= accepts(parse, message, i);
	for (size_t i = NLMSG_HDRLEN; i < length; i++) {
		uint8_t old = byte[i];

		byte[i] = ~old;
		good &= accepts(parse, message, length);
		byte[i] = old + 1;
		good &= accepts(parse, message, length);
		byte[i] = old;
	}
	nlmsg_free(msg);
	return good;
}

TEST(samples_are_put_together)
{
	struct report_samples samples = { 0 };
	const struct report_sample *sample;

	/* Nodes may come in any order. */
	ASSERT_EQ(0, take_once(&samples, sample_node(3, 3, 1)));
	ASSERT_EQ(0, take_once(&samples, sample_node(3, 3, 0)));
	ASSERT_EQ(0, take_once(&samples, sample_cgroup(3, 3)));
	ASSERT_EQ(0, take_once(&samples, sample_node(5, 1, 0)));
	report_finish_samples(&samples);
	EXPECT_EQ(0, samples.dropped);
	ASSERT_EQ(2, samples.count);
	sample = &samples.sample[0];
	EXPECT_EQ(3, sample->sequence);
	EXPECT_EQ(3 * SECOND, sample->timestamp);
	EXPECT_EQ(7, sample->generation);
	EXPECT_EQ(1000, sample->interval);
	ASSERT_EQ(2, sample->nodes.count);
	EXPECT_EQ(0, sample->nodes.node[0].id);
	EXPECT_EQ(3, sample->nodes.node[0].value[NODE_FAULTS]);
	EXPECT_EQ(6, sample->nodes.node[1].value[NODE_FAULTS]);
	EXPECT_TRUE(report_measured(&sample->nodes.node[1], NODE_CPU_TIME));
	EXPECT_FALSE(report_measured(&sample->nodes.node[1], NODE_PROMOTED));
	ASSERT_EQ(2, sample->access.count);
	EXPECT_EQ(30, sample->access.cell[1].events);
	ASSERT_EQ(2, sample->migration.count);
	EXPECT_EQ(1, sample->migration.cell[1].row);
	EXPECT_EQ(2, sample->migration.cell[1].column);
	EXPECT_EQ(300, sample->migration.cell[1].pages);
	ASSERT_EQ(1, sample->cgroups.count);
	EXPECT_EQ(99, sample->cgroups.cgroup[0].id);
	EXPECT_EQ(2, sample->cgroups.cgroup[0].usage.remote_faults);
	EXPECT_FALSE(sample->cgroups.cgroup[0].usage.outcomes);
	EXPECT_EQ(5, samples.sample[1].sequence);
	report_free_samples(&samples);
}

TEST(incomplete_samples_are_left_out)
{
	struct report_samples samples = { 0 };

	ASSERT_EQ(0, take_once(&samples, sample_node(1, 2, 0)));
	ASSERT_EQ(0, take_once(&samples, sample_node(2, 1, 0)));
	/* The same node twice. */
	ASSERT_EQ(0, take_once(&samples, sample_node(3, 2, 0)));
	ASSERT_EQ(0, take_once(&samples, sample_node(3, 2, 0)));
	/* More than there are. */
	ASSERT_EQ(0, take_once(&samples, sample_node(4, 1, 0)));
	ASSERT_EQ(0, take_once(&samples, sample_node(4, 1, 1)));
	ASSERT_EQ(0, take_once(&samples, sample_node(5, 2, 1)));
	report_finish_samples(&samples);
	ASSERT_EQ(1, samples.count);
	EXPECT_EQ(2, samples.sample[0].sequence);
	EXPECT_EQ(4, samples.dropped);
	report_free_samples(&samples);
}

TEST(samples_go_forward)
{
	struct report_samples samples = { 0 };

	ASSERT_EQ(0, take_once(&samples, sample_node(4, 1, 0)));
	EXPECT_EQ(-EBADMSG, take_once(&samples, sample_node(3, 1, 0)));
	report_free_samples(&samples);
}

TEST(malformed_samples_are_refused)
{
	struct nl_msg *node = sample_start(1, 1);
	struct nl_msg *column = sample_node(1, 1, 0);
	struct nl_msg *uncounted = sample_node(1, 1, 0);
	struct nl_msg *cgroup = sample_start(1, 1);

	EXPECT_EQ(-EBADMSG, parse_one(parse_sample,
				      message_begin(NUMATRACE_CMD_SAMPLE_NTF)));
	EXPECT_EQ(-EBADMSG,
		  parse_one(parse_sample, sample_node(1, 1, REPORT_MAX_NODES)));
	nla_put(node, NUMATRACE_A_SAMPLE_NODE, 0, NULL);
	EXPECT_EQ(-EBADMSG, parse_one(parse_sample, node));
	put_cell(column, NUMATRACE_A_SAMPLE_ACCESS, REPORT_MAX_NODES,
		 NUMATRACE_A_CELL_EVENTS, 1);
	EXPECT_EQ(-EBADMSG, parse_one(parse_sample, column));
	put_cell(uncounted, NUMATRACE_A_SAMPLE_MIGRATION, 0,
		 NUMATRACE_A_CELL_EVENTS, 1);
	EXPECT_EQ(-EBADMSG, parse_one(parse_sample, uncounted));
	nla_put(cgroup, NUMATRACE_A_SAMPLE_CGROUP, 0, NULL);
	EXPECT_EQ(-EBADMSG, parse_one(parse_sample, cgroup));
}

TEST(what_is_unknown_is_passed_over)
{
	struct nl_msg *more = sample_node(1, 1, 0);
	struct report_samples samples = { 0 };

	nla_put_string(more, NUMATRACE_A_SAMPLE_MAX + 1, "x");
	EXPECT_EQ(0, parse_one(parse_sample, more));
	/* A message about something new still belongs to its sample. */
	EXPECT_EQ(0, take_once(&samples, sample_node(2, 2, 0)));
	EXPECT_EQ(0, take_once(&samples, sample_start(2, 2)));
	report_finish_samples(&samples);
	EXPECT_EQ(1, samples.count);
	report_free_samples(&samples);
	EXPECT_EQ(0,
		  parse_one(parse_event, message_begin(NUMATRACE_CMD_MAX + 1)));
}

TEST(findings_are_read)
{
	struct report_findings findings = { 0 };
	struct nl_msg *first = finding_message(2);
	struct nl_msg *second = finding_message(REPORT_ALL_NODES);

	nla_put_u64(second, NUMATRACE_A_FINDING_EVENTS, 1234);
	nla_put_u32(second, NUMATRACE_A_FINDING_ENDED, 1);
	ASSERT_EQ(0, reply_finding(nlmsg_hdr(first), &findings));
	ASSERT_EQ(0, reply_finding(nlmsg_hdr(second), &findings));
	ASSERT_EQ(2, findings.count);
	EXPECT_EQ(NUMATRACE_FINDING_KIND_NODE_FULL, findings.finding[0].kind);
	EXPECT_EQ(2, findings.finding[0].node);
	EXPECT_EQ(REPORT_ALL_NODES, findings.finding[0].other_node);
	EXPECT_EQ(250, findings.finding[0].value);
	EXPECT_FALSE(findings.finding[0].counted);
	EXPECT_FALSE(findings.finding[0].ended);
	EXPECT_EQ(REPORT_ALL_NODES, findings.finding[1].node);
	EXPECT_TRUE(findings.finding[1].counted);
	EXPECT_EQ(1234, findings.finding[1].events);
	EXPECT_TRUE(findings.finding[1].ended);
	report_free_findings(&findings);
	nlmsg_free(first);
	nlmsg_free(second);
	EXPECT_EQ(-EBADMSG,
		  parse_one(parse_finding, finding_message(REPORT_MAX_NODES)));
	EXPECT_EQ(-EBADMSG,
		  parse_one(parse_finding,
			    message_begin(NUMATRACE_CMD_FINDING_NTF)));
}

TEST(no_truncation_or_change_crashes)
{
	EXPECT_TRUE(withstands(parse_sample, sample_node(1, 1, 0)));
	EXPECT_TRUE(withstands(parse_sample, sample_cgroup(1, 1)));
	EXPECT_TRUE(withstands(parse_finding, finding_message(1)));
	EXPECT_TRUE(withstands(parse_event, sample_node(1, 1, 0)));
	EXPECT_TRUE(withstands(parse_event, finding_message(1)));
}

/* The kind of event that a message makes; -1: it is refused. */
static int feed(struct monitor_parts *parts, struct nl_msg *msg,
		uint64_t *sequence)
{
	struct monitor_event event;
	int err = monitor_take(parts, nlmsg_hdr(msg), &event);

	*sequence = event.sample.sequence;
	report_free_sample(&event.sample);
	nlmsg_free(msg);
	return err ? -1 : (int)event.kind;
}

TEST(what_is_told_is_grouped)
{
	struct monitor_parts parts = { 0 };
	uint64_t sequence;

	EXPECT_EQ(MONITOR_NOTHING,
		  feed(&parts, sample_node(1, 2, 0), &sequence));
	EXPECT_EQ(MONITOR_SAMPLE,
		  feed(&parts, sample_node(1, 2, 1), &sequence));
	EXPECT_EQ(1, sequence);
	/* Of the second one a part is lost. */
	EXPECT_EQ(MONITOR_NOTHING,
		  feed(&parts, sample_node(2, 2, 0), &sequence));
	EXPECT_EQ(MONITOR_FINDING, feed(&parts, finding_message(0), &sequence));
	EXPECT_EQ(MONITOR_NOTHING,
		  feed(&parts, sample_node(3, 2, 0), &sequence));
	EXPECT_EQ(MONITOR_SAMPLE,
		  feed(&parts, sample_node(3, 2, 1), &sequence));
	EXPECT_EQ(3, sequence);
	EXPECT_EQ(MONITOR_SAMPLE,
		  feed(&parts, sample_node(9, 1, 1), &sequence));
	EXPECT_EQ(9, sequence);
	EXPECT_EQ(MONITOR_NOTHING,
		  feed(&parts, sample_node(10, 2, 1), &sequence));
	EXPECT_EQ(-1, feed(&parts, sample_node(10, 2, 1), &sequence));
	monitor_free_parts(&parts);
}

/* An info that says of the sampler what @attributes, from the first on, has. */
static struct nl_msg *made_info(int attributes)
{
	struct nl_msg *msg = info_message();

	if (attributes > 0)
		nla_put_u32(msg, NUMATRACE_A_INFO_SAMPLE_INTERVAL, 250);
	if (attributes > 1)
		nla_put_u32(msg, NUMATRACE_A_INFO_SAMPLES, 1000);
	if (attributes > 2)
		nla_put_u64(msg, NUMATRACE_A_INFO_LAST_SEQUENCE, 1ULL << 40);
	return msg;
}

TEST(info_may_lack_the_sampler)
{
	for (int i = 0; i <= 3; i++) {
		struct nl_msg *msg = made_info(i);
		struct report_info info = { 0 };

		ASSERT_EQ(0, reply_info(nlmsg_hdr(msg), &info));
		EXPECT_EQ(i == 3 ? 250 : 0, info.sample_interval);
		EXPECT_EQ(i == 3 ? 1000 : 0, info.samples);
		EXPECT_EQ(i == 3 ? 1ULL << 40 : 0, info.last_sequence);
		report_free_info(&info);
		nlmsg_free(msg);
	}
}

TEST_HARNESS_MAIN
