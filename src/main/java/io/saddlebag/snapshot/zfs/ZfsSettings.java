package io.saddlebag.snapshot.zfs;

import java.time.Duration;
import java.util.List;

/**
 * How ZFS is used here.
 *
 * @param program that takes the subcommands of zfs(8)
 * @param timeout of each command
 */
public record ZfsSettings(List<String> program, Duration timeout) {
    public static final ZfsSettings DEFAULT = new ZfsSettings(List.of("zfs"), Duration.ofMinutes(2));

    public ZfsSettings {
        program = List.copyOf(program);
    }
}
