package io.saddlebag.app;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** What this machine calls itself. */
final class MachineName {
    private MachineName() {}

    static String get() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // a machine that can't resolve its own name still has backups to make
            return "localhost";
        }
    }
}
