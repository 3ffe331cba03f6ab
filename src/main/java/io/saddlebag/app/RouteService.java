package io.saddlebag.app;

import io.saddlebag.camel.folder.FolderSetup;
import io.saddlebag.camel.folder.MirrorContexts;
import io.saddlebag.camel.folder.RouteFolder;
import io.saddlebag.camel.folder.local.LocalRouteFiles;
import io.saddlebag.cli.Surroundings;
import io.saddlebag.node.Node;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;

/** {@code saddlebag run}: a node and its route folder in Camel Main, until the process is told to end. */
final class RouteService implements Surroundings.Service {
    /** How long running jobs may take to come to their ends when the process is told to end, seconds. */
    private static final int SHUTDOWN_SECONDS = 300;

    @Override
    public int run(Path home, Path routes) throws Exception {
        if (!Files.isDirectory(routes)) {
            throw new NotDirectoryException(routes + " (the folder of route files; name another with --routes)");
        }
        try (Node node = new NodeLauncher().start(home)) {
            Main main = new Main();
            main.configure()
                    .withName("saddlebag")
                    .withRoutesIncludePattern("false")
                    .withRoutesReloadEnabled(false)
                    .withShutdownTimeout(SHUTDOWN_SECONDS)
                    .withStreamCachingEnabled(false);
            main.bind("saddlebagNode", node);
            main.addInitialProperty(
                    "saddlebag.requests", home.resolve("requests").toString());
            main.addMainListener(new MainListenerSupport() {
                @Override
                public void afterConfigure(BaseMainSupport support) {
                    follow(support.getCamelContext(), routes);
                }
            });
            main.run();
            return main.getExitCode();
        }
    }

    private static void follow(CamelContext context, Path routes) {
        FolderSetup setup = FolderSetup.of(
                routes.toAbsolutePath(), new LocalRouteFiles(), MirrorContexts.of(context), Clock.systemUTC());
        try {
            context.addService(new RouteFolder(context, setup));
        } catch (Exception e) {
            throw new IllegalStateException("the Camel context takes no services", e);
        }
    }
}
