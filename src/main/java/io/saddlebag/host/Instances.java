package io.saddlebag.host;

import java.io.IOException;

/**
 * Tells the running processes of this machine that use one state folder apart, so that what a dead one left is found. The
 * answer comes from something the kernel takes back when a process dies, never from time. Thread-safe.
 */
public interface Instances {
    /** The name of this process, never used by another. */
    String self();

    boolean alive(String instance) throws IOException;
}
