#define _GNU_SOURCE
#include "CConfinement.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stddef.h>
#include <sys/resource.h>
#include <unistd.h>

int strata_set_limit(int limit, uint64_t amount) {
  int resource;
  switch (limit) {
    case strata_limit_processor_seconds: resource = RLIMIT_CPU; break;
    case strata_limit_file_size: resource = RLIMIT_FSIZE; break;
    case strata_limit_data: resource = RLIMIT_DATA; break;
    case strata_limit_address_space: resource = RLIMIT_AS; break;
    case strata_limit_open_files: resource = RLIMIT_NOFILE; break;
    case strata_limit_processes: resource = RLIMIT_NPROC; break;
    case strata_limit_core: resource = RLIMIT_CORE; break;
    default: errno = EINVAL; return -1;
  }
  struct rlimit both = {amount, amount};
  struct rlimit now;
  // Nobody but root may raise a hard limit; one that is lower already is kept.
  if (getrlimit(resource, &now) == 0 && now.rlim_max < both.rlim_max) both.rlim_max = both.rlim_cur = now.rlim_max;
  return setrlimit(resource, &both);
}

int strata_become_user(uint32_t user, uint32_t group) {
  if (setgroups(0, NULL) != 0 || setgid(group) != 0 || setuid(user) != 0) return -1;
  // Once more the other way: if this works, nothing was given up.
  if (user != 0 && setuid(0) == 0) {
    errno = EPERM;
    return -1;
  }
  return 0;
}

#if defined(__linux__)
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

int strata_give_up_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

int strata_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); }

int strata_adopt_orphans(void) { return prctl(36 /* PR_SET_CHILD_SUBREAPER */, 1, 0, 0, 0); }

int strata_stay_on(int processor) {
  static cpu_set_t all;
  if (CPU_COUNT(&all) == 0 && sched_getaffinity(0, sizeof all, &all) != 0) return -1;
  if (processor < 0) return sched_setaffinity(0, sizeof all, &all);
  for (int number = 0; number < CPU_SETSIZE; number++) {
    if (!CPU_ISSET(number, &all) || processor-- > 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(number, &one);
    return sched_setaffinity(0, sizeof one, &one);
  }
  errno = EINVAL;
  return -1;
}

int strata_close_range(uint32_t first, uint32_t last) {
  return (int)syscall(436 /* close_range */, first, last, 0);
}

int strata_install_filter(const uint64_t *instructions, unsigned short count) {
  struct {
    unsigned short count;
    const uint64_t *instructions;
  } program = {count, instructions};
  return prctl(22 /* PR_SET_SECCOMP */, 2 /* SECCOMP_MODE_FILTER */, &program, 0, 0);
}

// Landlock's calls have the same numbers on every architecture, and no function in the C library.
enum { landlock_create_ruleset = 444, landlock_add_rule = 445, landlock_restrict_self = 446 };

int strata_landlock_version(void) {
  return (int)syscall(landlock_create_ruleset, NULL, 0, 1 /* LANDLOCK_CREATE_RULESET_VERSION */);
}

int strata_landlock_create(uint64_t files, uint64_t network, uint64_t scopes, int version) {
  uint64_t handled[3] = {files, network, scopes};
  size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  return (int)syscall(landlock_create_ruleset, handled, size, 0);
}

int strata_landlock_allow(int ruleset, const char *path, uint64_t access) {
  int place = open(path, O_PATH | O_CLOEXEC);
  if (place < 0) return -1;
  struct __attribute__((packed)) {
    uint64_t access;
    int32_t place;
  } rule = {access, place};
  int answer = (int)syscall(landlock_add_rule, ruleset, 1 /* LANDLOCK_RULE_PATH_BENEATH */, &rule, 0);
  int code = errno;
  close(place);
  errno = code;
  return answer;
}

int strata_landlock_enforce(int ruleset) { return (int)syscall(landlock_restrict_self, ruleset, 0); }

#else

static int none(void) {
  errno = ENOSYS;
  return -1;
}

int strata_give_up_new_privileges(void) { return none(); }
int strata_die_with_parent(void) { return none(); }
int strata_adopt_orphans(void) { return none(); }
int strata_stay_on(int processor) {
  (void)processor;
  return none();
}
int strata_close_range(uint32_t first, uint32_t last) {
  (void)first;
  (void)last;
  return none();
}
int strata_install_filter(const uint64_t *instructions, unsigned short count) {
  (void)instructions;
  (void)count;
  return none();
}
int strata_landlock_version(void) { return none(); }
int strata_landlock_create(uint64_t files, uint64_t network, uint64_t scopes, int version) {
  (void)files;
  (void)network;
  (void)scopes;
  (void)version;
  return none();
}
int strata_landlock_allow(int ruleset, const char *path, uint64_t access) {
  (void)ruleset;
  (void)path;
  (void)access;
  return none();
}
int strata_landlock_enforce(int ruleset) {
  (void)ruleset;
  return none();
}

#endif
