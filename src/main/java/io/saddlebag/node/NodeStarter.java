package io.saddlebag.node;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Starts a node for a host application that brings none. The implementation is found by name, so that faces need not know
 * what a node is composed of.
 */
public interface NodeStarter {
    /**
     * @param home the folder with {@code config/saddlebag.yaml}
     * @return the running node, which the caller closes
     * @throws io.saddlebag.fault.BackupException when the configuration is missing or wrong; then nothing was touched
     */
    Node start(Path home) throws IOException, InterruptedException;
}
