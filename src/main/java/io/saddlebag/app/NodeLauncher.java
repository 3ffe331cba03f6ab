package io.saddlebag.app;

import io.saddlebag.node.Node;
import io.saddlebag.node.NodeStarter;
import io.saddlebag.operator.Client;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.linux.LinuxPosix;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the node of this machine, for the command line and for Camel hosts that bring none. */
public final class NodeLauncher implements NodeStarter {
    private static final Logger LOG = LoggerFactory.getLogger(NodeLauncher.class);

    private final Client client;
    private final Posix posix;
    private final Clock clock;

    /** For hosts and services: nobody is there to be asked. */
    public NodeLauncher() {
        this(Client.ABSENT);
    }

    NodeLauncher(Client client) {
        this(client, new LinuxPosix(), Clock.systemUTC());
    }

    NodeLauncher(Client client, Posix posix, Clock clock) {
        this.client = client;
        this.posix = posix;
        this.clock = clock;
    }

    @Override
    public Node start(Path home) throws IOException, InterruptedException {
        LocalNode node = LocalNode.open(home, client, posix, clock);
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
