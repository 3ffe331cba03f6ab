package io.saddlebag.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** For tests in which root's node reads as somebody else. */
public final class OtherUser {
    private OtherUser() {}

    /** Skips the test where nobody can become another user, and opens the way to its folder, which is closed to others. */
    public static void mayComeTo(Path folder) throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can become another user");
        for (Path up = folder; up.getNameCount() > 1; up = up.getParent()) {
            Files.setPosixFilePermissions(up, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }
}
