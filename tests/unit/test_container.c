// SPDX-License-Identifier: GPL-2.0
/*
 * Paths of cgroups as container managers, Kubernetes and systemd make them.
 */
#include "container.h"

#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#define ID "3f2a9b1c0d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8"
#define SHORT "3f2a9b1c0d4e"
#define UID "0f5c8d2e-7a41-4b6c-9d3e-2b1a0c9f8e7d"
#define UID_SLICE "0f5c8d2e_7a41_4b6c_9d3e_2b1a0c9f8e7d"

/* Compares all that can be told; @inside: what lies inside of the container. */
static bool is(const char *path, const char *inside, enum container_kind kind,
	       const char *label, const char *pod)
{
	struct container container;
	char whole[1024], *text;
	bool same;

	snprintf(whole, sizeof(whole), "%s%s", path, inside);
	container_of_path(whole, &container);
	text = container_label(&container);
	same = container.kind == kind && !strcmp(text, label) &&
	       !strcmp(container.pod, pod) &&
	       container.length == (kind ? strlen(path) : 0);
	if (!same)
		printf("# %s: %s %s pod %s length %zu\n", whole,
		       container_kind_word(container.kind), text, container.pod,
		       container.length);
	free(text);
	return same;
}

TEST(docker)
{
	EXPECT_TRUE(is("/system.slice/docker-" ID ".scope", "",
		       CONTAINER_CONTAINER, "docker:" SHORT, ""));
	EXPECT_TRUE(is("/docker/" ID, "", CONTAINER_CONTAINER, "docker:" SHORT,
		       ""));
	EXPECT_TRUE(is("/docker/" ID, "/init.scope", CONTAINER_CONTAINER,
		       "docker:" SHORT, ""));
	EXPECT_TRUE(is("/ecs/0123456789abcdef0123456789abcdef/" ID, "",
		       CONTAINER_CONTAINER, "docker:" SHORT, ""));
	EXPECT_TRUE(is("/docker/" ID "/docker/"
		       "00112233445566778899aabbccddeeff"
		       "00112233445566778899aabbccddeeff",
		       "", CONTAINER_CONTAINER, "docker:001122334455", ""));
}

TEST(kubernetes_with_systemd)
{
	const char *burstable =
		"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID_SLICE
		".slice";
	char path[512];

	EXPECT_TRUE(is(burstable, "", CONTAINER_POD, "pod:" UID, UID));
	snprintf(path, sizeof(path), "%s/cri-containerd-" ID ".scope",
		 burstable);
	EXPECT_TRUE(
		is(path, "", CONTAINER_CONTAINER, "containerd:" SHORT, UID));
	snprintf(path, sizeof(path), "%s/crio-" ID ".scope", burstable);
	EXPECT_TRUE(is(path, "/container", CONTAINER_CONTAINER, "cri-o:" SHORT,
		       UID));
	EXPECT_TRUE(is("/kubepods.slice/kubepods-pod" UID_SLICE ".slice", "",
		       CONTAINER_POD, "pod:" UID, UID));
	EXPECT_TRUE(
		is("/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod" UID_SLICE
		   ".slice",
		   "", CONTAINER_POD, "pod:" UID, UID));
}

TEST(kubernetes_with_cgroupfs)
{
	EXPECT_TRUE(is("/kubepods/burstable/pod" UID, "", CONTAINER_POD,
		       "pod:" UID, UID));
	EXPECT_TRUE(is("/kubepods/burstable/pod" UID "/" ID, "",
		       CONTAINER_CONTAINER, "kubernetes:" SHORT, UID));
	EXPECT_TRUE(is("/kubepods/pod00112233445566778899aabbccddeeff/" ID, "",
		       CONTAINER_CONTAINER, "kubernetes:" SHORT,
		       "00112233445566778899aabbccddeeff"));
	EXPECT_TRUE(
		is("/system.slice/containerd.service/kubepods-burstable-pod" UID_SLICE
		   ".slice:cri-containerd:" ID,
		   "", CONTAINER_CONTAINER, "containerd:" SHORT, UID));
}

TEST(podman_and_others)
{
	EXPECT_TRUE(is("/machine.slice/libpod-" ID ".scope", "/container",
		       CONTAINER_CONTAINER, "podman:" SHORT, ""));
	EXPECT_TRUE(
		is("/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID
		   ".scope",
		   "", CONTAINER_CONTAINER, "podman:" SHORT, ""));
	EXPECT_TRUE(is("/system.slice/nerdctl-" ID ".scope", "",
		       CONTAINER_CONTAINER, "containerd:" SHORT, ""));
	EXPECT_TRUE(is("/lxc.payload.web", "/system.slice/nginx.service",
		       CONTAINER_CONTAINER, "lxc:web", ""));
	EXPECT_TRUE(is("/lxc/web", "", CONTAINER_CONTAINER, "lxc:web", ""));
	EXPECT_TRUE(is("/machine.slice/machine-qemu\\x2d1\\x2ddb.scope",
		       "/libvirt/emulator", CONTAINER_MACHINE,
		       "machine:qemu-1-db", ""));
	EXPECT_TRUE(is("/machine.slice/systemd-nspawn@build.service", "",
		       CONTAINER_MACHINE, "machine:build", ""));
}

TEST(systemd)
{
	EXPECT_TRUE(is("/system.slice/nginx.service", "", CONTAINER_SERVICE,
		       "nginx.service", ""));
	EXPECT_TRUE(is("/system.slice/nginx.service", "/worker",
		       CONTAINER_SERVICE, "nginx.service", ""));
	EXPECT_TRUE(is("/init.scope", "", CONTAINER_SCOPE, "init.scope", ""));
	EXPECT_TRUE(
		is("/machine.slice", "", CONTAINER_SLICE, "machine.slice", ""));
	EXPECT_TRUE(is("/user.slice/user-1000.slice", "", CONTAINER_USER,
		       "user:1000", ""));
	EXPECT_TRUE(is("/user.slice/user-1000.slice/session-3.scope", "",
		       CONTAINER_SCOPE, "session-3.scope", ""));
	EXPECT_TRUE(is("/system.slice/system-getty\\x2dx.slice", "",
		       CONTAINER_SLICE, "system-getty-x.slice", ""));
}

/* Whoever may make a cgroup may write such a name. */
TEST(only_what_can_be_printed_is_unescaped)
{
	EXPECT_TRUE(is("/a\\x20b\\x7e.service", "", CONTAINER_SERVICE,
		       "a b~.service", ""));
	EXPECT_TRUE(is("/machine-\\x1b[2J\\xff\\x00\\x7f.scope", "",
		       CONTAINER_MACHINE, "machine:\\x1b[2J\\xff\\x00\\x7f",
		       ""));
	EXPECT_TRUE(is("/a\\x4.service", "", CONTAINER_SERVICE, "a\\x4.service",
		       ""));
}

TEST(look_alikes)
{
	EXPECT_TRUE(is("/", "", CONTAINER_NONE, "", ""));
	EXPECT_TRUE(is("", "", CONTAINER_NONE, "", ""));
	EXPECT_TRUE(is("/" ID, "", CONTAINER_NONE, "", ""));
	EXPECT_TRUE(is("/docker/short", "", CONTAINER_NONE, "", ""));
	EXPECT_TRUE(is("/pod" UID, "", CONTAINER_NONE, "", ""));
	EXPECT_TRUE(is("/.slice", "", CONTAINER_NONE, "", ""));
	EXPECT_TRUE(is("/machine.slice/libpod-conmon-" ID ".scope", "",
		       CONTAINER_SCOPE, "libpod-conmon-" ID ".scope", ""));
	EXPECT_TRUE(is("/docker-" ID "x.scope", "", CONTAINER_SCOPE,
		       "docker-" ID "x.scope", ""));
	EXPECT_TRUE(is("/kubepods.slice/kubepods-burstable.slice", "",
		       CONTAINER_SLICE, "kubepods-burstable.slice", ""));
}

TEST(names_too_long_are_cut)
{
	struct container container;
	char path[1000];

	memset(path, 'a', sizeof(path));
	memcpy(path, "/", 1);
	memcpy(path + sizeof(path) - 9, ".service", 9);
	ASSERT_TRUE(container_of_path(path, &container));
	EXPECT_EQ(CONTAINER_NAME_SIZE - 1, strlen(container.name));
	EXPECT_EQ(strlen(path), container.length);
}

TEST_HARNESS_MAIN
