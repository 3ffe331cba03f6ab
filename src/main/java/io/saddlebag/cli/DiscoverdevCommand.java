package io.saddlebag.cli;

import io.saddlebag.fault.BackupException;
import io.saddlebag.node.DeviceSnippet;
import io.saddlebag.node.FoundDevice;
import io.saddlebag.node.Node;
import io.saddlebag.node.PortalListing;
import io.saddlebag.node.PortalQuery;
import io.saddlebag.node.PortalUser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Lists what is attached, as a configuration that can be used as it is (M18). */
@Command(
        name = "discoverdev",
        mixinStandardHelpOptions = true,
        description = "Show tape drives and libraries that are attached, as lines for config/devices.yaml.")
final class DiscoverdevCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    SaddlebagCommand parent;

    @Option(
            names = "--portal",
            paramLabel = "HOST:PORT",
            description = "Also ask this iSCSI portal, e.g. 10.0.0.5:3260. May be given again.")
    List<String> portals = List.of();

    @Option(
            names = "--chap-user",
            paramLabel = "NAME",
            description = "Log in to portals and targets as this user; needs --chap-file.")
    @Nullable
    String user;

    @Option(
            names = "--chap-file",
            paramLabel = "FILE",
            description = "The file with that user's secret in its first line; only its owner may read it.")
    @Nullable
    Path secretFile;

    @Override
    public Integer call() throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent);
        PortalQuery query = new PortalQuery(portals, user());
        List<BackupException> unreachable = new ArrayList<>();
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.LOOK)) {
            List<FoundDevice> found = node.attachedDevices(query, unreachable::add);
            if (root.json) {
                root.output().json(found);
            } else {
                print(found, root.output());
            }
        }
        unreachable.forEach(each -> root.surroundings().err().println(each.getMessage()));
        return unreachable.isEmpty() ? ExitCode.OK : ExitCode.WARNINGS;
    }

    private @Nullable PortalUser user() {
        String name = user;
        Path file = secretFile;
        if (name == null && file == null) {
            return null;
        }
        if (name == null || file == null || portals.isEmpty()) {
            throw new IllegalArgumentException("--chap-user and --chap-file belong together, and to --portal");
        }
        return new PortalUser(name, file);
    }

    private static void print(List<FoundDevice> found, Output output) {
        String snippet = DeviceSnippet.of(found);
        PortalListing.of(found).lines().forEach(output::line);
        if (snippet.isEmpty()) {
            output.line("# no tape drive or library was found");
        }
        snippet.lines().forEach(output::line);
    }
}
