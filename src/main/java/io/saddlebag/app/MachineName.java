package io.saddlebag.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this machine calls itself. */
final class MachineName {
    private static final Path MACHINE_ID = Path.of("/etc/machine-id");

    private MachineName() {}

    static String get() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // a machine that can't resolve its own name still has backups to make
            return "localhost";
        }
    }

    /** The name, and the number that systemd gave the machine, where it has one: names alone are given twice. */
    static String identity() {
        try {
            return get() + " " + Files.readString(MACHINE_ID).strip();
        } catch (IOException e) {
            // a machine without the file is known by its name
            return get();
        }
    }
}
