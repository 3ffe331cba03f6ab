package io.saddlebag.cli;

import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.VolumeId;
import io.saddlebag.node.Node;
import io.saddlebag.operator.Series;
import io.saddlebag.volume.Identification;
import io.saddlebag.volume.Overwrite;
import io.saddlebag.volume.Target;
import io.saddlebag.volume.VolumeOperations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Operations on what is on cartridges (M13), one or several at a time (M12). */
final class LibraryLabels {
    private LibraryLabels() {}

    /** What all of them have. */
    abstract static class OnVolumes implements Callable<Integer> {
        @ParentCommand
        @Nullable
        LibraryCommand parent;

        abstract String text();

        abstract void run(VolumeOperations volumes, Node node, SeriesReport report)
                throws IOException, InterruptedException;

        @Override
        public Integer call() throws Exception {
            return Objects.requireNonNull(parent)
                    .inJob(
                            text(),
                            (desk, node, report) -> run(
                                    desk.volumes().noting(report.job()::output).alarming(this::alarm), node, report));
        }

        private void alarm(String journals, String message, String text) {
            Objects.requireNonNull(parent).surroundings().err().println(message + ", " + text);
        }

        String user() {
            return Objects.requireNonNull(parent).user();
        }
    }

    /** Those that name cartridges. */
    abstract static class OnCartridges extends OnVolumes {
        @Parameters(
                paramLabel = "CARTRIDGES",
                description = "Elements or barcodes, one or several, e.g. 3, 1-5 or se2,TAPE01L6.")
        String cartridges = "";

        /** One is looked for when it is worked on; of several each is what it was at the beginning. */
        List<Target> targets(VolumeOperations volumes) throws IOException {
            List<Target> named = Target.parseAll(cartridges);
            return named.size() == 1 ? named : volumes.pinned(named);
        }
    }

    @Command(name = "labelvol", mixinStandardHelpOptions = true, description = "Write volume labels on cartridges.")
    static final class Label extends OnCartridges {
        @Option(names = "--family", description = "Media family of the volumes.")
        @Nullable
        String family;

        @Option(names = "--id", description = "An id of its own, not the sequence's next; for one cartridge.")
        @Nullable
        String id;

        @Option(
                names = "--even-if-in-use",
                description = "Overwrite what has not expired or is needed. The data on it is lost.")
        boolean inUse;

        @Option(
                names = "--break-chain",
                description = "Also journals that a backup is rolled forward with. Make a full backup at once.")
        boolean breakChain;

        @Override
        String text() {
            if (id != null && Target.parseAll(cartridges).size() > 1) {
                throw new IllegalArgumentException(
                        "one volume id can't be given to several cartridges; leave --id out");
            }
            return "labelvol " + cartridges;
        }

        @Override
        void run(VolumeOperations volumes, Node node, SeriesReport report) throws IOException, InterruptedException {
            String name = family;
            String own = id;
            var order = new VolumeOperations.LabelOrder(
                    name == null ? null : family(node, name),
                    own == null ? null : new VolumeId(own),
                    user(),
                    node.name());
            report.each(
                    "labelvol",
                    targets(volumes),
                    Series.step(
                            each -> volumes.label(each, order, Overwrite.of(inUse, breakChain)),
                            volume -> "volume " + volume.id()));
        }

        private static MediaFamily family(Node node, String name) throws IOException {
            return node.volumes().families().stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "there is no media family '" + name + "'; 'families' in config/saddlebag.yaml names them"));
        }
    }

    @Command(name = "unlabelvol", mixinStandardHelpOptions = true, description = "Make cartridges blank again.")
    static final class Unlabel extends OnCartridges {
        @Option(
                names = "--even-if-in-use",
                description = "Also what has not expired or is needed. The data on it is lost.")
        boolean inUse;

        @Option(
                names = "--break-chain",
                description = "Also journals that a backup is rolled forward with. Make a full backup at once.")
        boolean breakChain;

        @Override
        String text() {
            return "unlabelvol " + cartridges;
        }

        @Override
        void run(VolumeOperations volumes, Node node, SeriesReport report) throws IOException, InterruptedException {
            report.each(
                    "unlabelvol",
                    targets(volumes),
                    Series.step(
                            each -> {
                                volumes.unlabel(each, user(), Overwrite.of(inUse, breakChain));
                                return each;
                            },
                            each -> each + " is blank"));
        }
    }

    @Command(
            name = "identifyvol",
            mixinStandardHelpOptions = true,
            description = "Read cartridges' labels and compare them with barcodes and catalog.")
    static final class Identify extends OnCartridges {
        @Override
        String text() {
            return "identifyvol " + cartridges;
        }

        @Override
        void run(VolumeOperations volumes, Node node, SeriesReport report) throws IOException, InterruptedException {
            report.each("identifyvol", targets(volumes), Series.step(volumes::identify, Identify::told));
        }

        private static String told(Identification seen) {
            var label = seen.label();
            String what = label == null ? "no label of ours" : "volume " + label.id();
            return seen.problem().isEmpty() ? what : what + "\nPROBLEM: " + seen.problem();
        }
    }

    @Command(
            name = "reusevol",
            mixinStandardHelpOptions = true,
            description = "Give volumes back: they may be written over from now on.")
    static final class Reuse extends OnVolumes {
        @Parameters(
                paramLabel = "VOLUMES",
                description = "Ids, with commas between, or the elements that hold them, e.g. 1-5.")
        String given = "";

        @Option(names = "--even-if-in-use", description = "Although they have not expired or are needed.")
        boolean inUse;

        @Option(
                names = "--break-chain",
                description = "Also journals that a backup is rolled forward with. Make a full backup at once.")
        boolean breakChain;

        @Override
        String text() {
            return "reusevol " + given;
        }

        @Override
        void run(VolumeOperations volumes, Node node, SeriesReport report) throws IOException, InterruptedException {
            report.each(
                    "reusevol",
                    ids(volumes, node),
                    Series.step(
                            each -> volumes.reuse(each, user(), Overwrite.of(inUse, breakChain)),
                            volume -> "volume " + volume.id() + " may be written over"));
        }

        /** A volume of that id comes before an element of that name. */
        private List<VolumeId> ids(VolumeOperations volumes, Node node) throws IOException {
            List<VolumeId> all = new ArrayList<>();
            for (String part : given.split(",", -1)) {
                String one = part.strip();
                boolean elements = Target.ELEMENTS.matcher(one).matches();
                if (elements && node.volumes().find(new VolumeId(one)).isEmpty()) {
                    for (Target each : Target.parseAll(one)) {
                        all.add(volumes.known(each).id());
                    }
                } else {
                    all.add(new VolumeId(one));
                }
            }
            return all;
        }
    }
}
