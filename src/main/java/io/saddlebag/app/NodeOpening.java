package io.saddlebag.app;

import io.saddlebag.cli.Surroundings;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.node.Node;
import io.saddlebag.operator.Client;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.restore.DirectRestore;
import io.saddlebag.restore.RestoreServices;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;

/** Opens nodes for the command line, and what works without one. */
final class NodeOpening implements Surroundings.NodeOpener {
    private final Client client;

    NodeOpening(Client client) {
        this.client = client;
    }

    @Override
    public Node open(Path home, Surroundings.Purpose purpose) throws IOException, InterruptedException {
        return purpose == Surroundings.Purpose.WORK
                ? new NodeLauncher(client).start(home)
                : LocalNode.open(home, client);
    }

    @Override
    public Surroundings.Direct direct() {
        ExecutorService workers = LocalNode.workers();
        var restore = new DirectRestore(
                new LocalFiles(new LinuxPosix()),
                workers,
                LocalNode.owner().equals("root")
                        ? RestoreServices.Privilege.SETS_OWNERS
                        : RestoreServices.Privilege.KEEPS_OWN);
        return new Surroundings.Direct() {
            @Override
            public DirectRestore restore() {
                return restore;
            }

            @Override
            public void close() {
                workers.shutdownNow();
            }
        };
    }
}
