package io.saddlebag.host.local;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.posix.Posix;
import io.saddlebag.posix.linux.LinuxPosix;
import java.nio.file.Files;
import java.nio.file.Path;

/** What tests on real file systems need of the machine; without it they are skipped and say so. */
public final class Root {
    private Root() {}

    public static Posix posix() {
        assumeTrue(LinuxPosix.isAvailable(), "not Linux on x86-64 or aarch64");
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
        assumeTrue(Files.exists(Path.of("/dev/loop-control")), "this kernel or container has no loop devices");
        return new LinuxPosix();
    }
}
