package io.saddlebag.app;

import io.saddlebag.node.Node;
import io.saddlebag.node.NodeStarter;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the node of this machine, for the command line and for Camel hosts that bring none. */
public final class NodeLauncher implements NodeStarter {
    private static final Logger LOG = LoggerFactory.getLogger(NodeLauncher.class);

    @Override
    public Node start(Path home) throws IOException, InterruptedException {
        LocalNode node = LocalNode.open(home);
        boolean recovered = false;
        try {
            node.recover(LOG::warn);
            recovered = true;
        } finally {
            if (!recovered) {
                node.close();
            }
        }
        return node;
    }
}
