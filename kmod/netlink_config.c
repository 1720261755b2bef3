// SPDX-License-Identifier: GPL-2.0
#include "netlink_ops.h"
#include "config.h"
#include "compat/compat.h"

#include <linux/bits.h>

const struct nla_policy nt_config_policy[] = {
	[NUMATRACE_A_CONFIG_PROCESS_TABLE_SIZE] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_CGROUP_TABLE_SIZE] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_TRACK_PROCESSES] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_TRACK_CGROUPS] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_MIN_FAULTS] = { .type = NLA_U64 },
	[NUMATRACE_A_CONFIG_SAMPLE_INTERVAL_MS] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_SAMPLE_INTERVAL_MAX_MS] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_SAMPLE_BACKOFF] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_HISTORY] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_SAMPLE_CGROUPS] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_MEASURE_COST] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_BOUNCE_WINDOW_MS] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_DETECT_WINDOW_MS] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_DETECT_MEMORY_IMBALANCE] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_DETECT_CPU_IMBALANCE] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_DETECT_LOW_LOCALITY] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_DETECT_MIGRATION_FAILURES] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_DETECT_PING_PONG] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_DETECT_FIRST_TOUCH] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_DETECT_NODE_FULL] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_DETECT_ALLOCATION_MISSES] = { .type = NLA_U32 },
	[NUMATRACE_A_CONFIG_DETECT_MIN_EVENTS] = { .type = NLA_U32 },
};

static int put_setting(struct sk_buff *skb, unsigned int i, u64 value)
{
	if (nt_config_policy[i].type == NLA_U64)
		return nt_put_u64(skb, i, value);
	return nla_put_u32(skb, i, value);
}

static int put_config(struct sk_buff *skb, const void *unused)
{
	struct nt_config config;
	unsigned int i;

	nt_config_get(&config);
	for (i = 1; i <= NUMATRACE_A_CONFIG_MAX; i++)
		if (put_setting(skb, i, config.value[i]))
			return -EMSGSIZE;
	return 0;
}

int nt_config_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return nt_reply(info, NUMATRACE_CMD_CONFIG_GET, GENLMSG_DEFAULT_SIZE,
			put_config, NULL);
}

static u64 get_setting(const struct nlattr *attr, unsigned int i)
{
	return nt_config_policy[i].type == NLA_U64 ? nla_get_u64(attr)
						   : nla_get_u32(attr);
}

int nt_config_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nt_config config = { 0 };
	unsigned long which = 0;
	unsigned int i, wrong;
	int ret;

	for (i = 1; i <= NUMATRACE_A_CONFIG_MAX; i++) {
		if (!info->attrs[i])
			continue;
		config.value[i] = get_setting(info->attrs[i], i);
		which |= BIT(i);
	}
	if (!which) {
		NL_SET_ERR_MSG_MOD(info->extack, "nothing to set");
		return -EINVAL;
	}
	ret = nt_config_set(&config, which, &wrong);
	if (ret == -ERANGE)
		nt_refuse_range(info->extack, info->attrs[wrong],
				nt_settings[wrong].min, nt_settings[wrong].max);
	else if (ret)
		NL_SET_ERR_MSG_MOD(info->extack,
				   "no memory for so many; nothing was set");
	return ret;
}
