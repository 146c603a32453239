// What a process can give up and that Swift cannot name: calls with variable arguments, and calls that the C
// library has no function for. Each answers 0 or −1 with `errno`. Where a system lacks one, `errno` is ENOSYS.
#ifndef STRATA_CCONFINEMENT_H
#define STRATA_CCONFINEMENT_H

#include <stdint.h>

// The limits of a process, under the same numbers everywhere.
enum {
  strata_limit_processor_seconds,
  strata_limit_file_size,
  strata_limit_data,
  strata_limit_address_space,
  strata_limit_open_files,
  strata_limit_processes,
  strata_limit_core,
};

// Sets the soft and the hard limit; one that the system does not know is left out.
int strata_set_limit(int limit, uint64_t amount);

// Becomes another user for good, and leaves all groups. Only for root.
int strata_become_user(uint32_t user, uint32_t group);

// From now on no program that this process starts gets more rights than it has.
int strata_give_up_new_privileges(void);

// This process is ended when the thread that started it is gone.
int strata_die_with_parent(void);

// Processes whose parents are gone become children of this one.
int strata_adopt_orphans(void);

// This thread, and what it starts from now on, runs on one of the processors that it may use, counted from 0; or on all
// of them again, when the number is negative.
int strata_stay_on(int processor);

// Closes all descriptors from the first to the last.
int strata_close_range(uint32_t first, uint32_t last);

// Installs a filter of system calls: instructions of Linux's classic BPF, eight bytes each.
int strata_install_filter(const uint64_t *instructions, unsigned short count);

// Landlock: its version, or −1; a ruleset that handles these kinds of access; a rule; and its enforcement.
int strata_landlock_version(void);
int strata_landlock_create(uint64_t files, uint64_t network, uint64_t scopes, int version);
int strata_landlock_allow(int ruleset, const char *path, uint64_t access);
int strata_landlock_enforce(int ruleset);

#endif
