// SPDX-License-Identifier: GPL-2.0
#include "page_node.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define NODE_DIR "/sys/devices/system/node"
#define BLOCK_SIZE "/sys/devices/system/memory/block_size_bytes"

/* Sanity bound: so many blocks of 128 MiB are 2 PiB. */
#define MAX_BLOCKS 0x1000000U

enum {
	BLOCK_UNKNOWN = -1,
	BLOCK_SHARED = -2,
};

static uint64_t block_size(void)
{
	unsigned long long size = 0;
	FILE *file = fopen(BLOCK_SIZE, "re");

	if (!file)
		return 0;
	if (fscanf(file, "%llx", &size) != 1)
		size = 0;
	fclose(file);
	return size;
}

static int grow(struct page_node *frames, size_t count)
{
	int *grown = reallocarray(frames->node, count, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	frames->node = grown;
	while (frames->count < count)
		grown[frames->count++] = BLOCK_UNKNOWN;
	return 0;
}

/* A block can be at the border of two nodes: it then is in both. */
static int add_block(struct page_node *frames, unsigned int block, int node)
{
	int err = 0;

	if (block >= MAX_BLOCKS)
		return 0;
	if (block >= frames->count)
		err = grow(frames, (size_t)block + 1);
	if (!err)
		frames->node[block] = frames->node[block] == BLOCK_UNKNOWN
					      ? node
					      : BLOCK_SHARED;
	return err;
}

static int read_node(struct page_node *frames, int node)
{
	const struct dirent *entry;
	char path[64];
	unsigned int block;
	int err = 0;
	DIR *dir;

	snprintf(path, sizeof(path), NODE_DIR "/node%d", node);
	dir = opendir(path);
	while (dir && !err && (entry = readdir(dir)))
		if (sscanf(entry->d_name, "memory%u", &block) == 1)
			err = add_block(frames, block, node);
	if (dir)
		closedir(dir);
	return err;
}

int page_node_read(struct page_node *frames, uint64_t page_size)
{
	const struct dirent *entry;
	DIR *dir = opendir(NODE_DIR);
	int node, err = 0;

	*frames = (struct page_node){ .block = block_size() / page_size };
	while (dir && !err && (entry = readdir(dir)))
		if (sscanf(entry->d_name, "node%d", &node) == 1)
			err = read_node(frames, node);
	if (dir)
		closedir(dir);
	return err;
}

void page_node_free(struct page_node *frames)
{
	free(frames->node);
	*frames = (struct page_node){ 0 };
}

int page_node_of(const struct page_node *frames, uint64_t frame)
{
	uint64_t block;

	if (!frame || !frames->block)
		return BLOCK_UNKNOWN;
	block = frame / frames->block;
	if (block >= frames->count || frames->node[block] < 0)
		return BLOCK_UNKNOWN;
	return frames->node[block];
}
