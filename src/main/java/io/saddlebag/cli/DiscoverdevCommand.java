package io.saddlebag.cli;

import io.saddlebag.fault.BackupException;
import io.saddlebag.node.DeviceSnippet;
import io.saddlebag.node.FoundDevice;
import io.saddlebag.node.Node;
import io.saddlebag.node.PortalListing;
import io.saddlebag.node.PortalQuery;
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

    @Override
    public Integer call() throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent);
        List<BackupException> unreachable = new ArrayList<>();
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.LOOK)) {
            List<FoundDevice> found = node.attachedDevices(new PortalQuery(portals), unreachable::add);
            if (root.json) {
                root.output().json(found);
            } else {
                print(found, root.output());
            }
        }
        unreachable.forEach(each -> root.surroundings().err().println(each.getMessage()));
        return unreachable.isEmpty() ? ExitCode.OK : ExitCode.WARNINGS;
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
