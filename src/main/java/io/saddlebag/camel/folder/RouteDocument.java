package io.saddlebag.camel.folder;

import io.saddlebag.camel.folder.Block.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** The text of one file of routes, and what is declared in it and where. Two are equal when file and text are. */
final class RouteDocument {
    private final Path file;
    private final String text;
    private final @Nullable Node root;
    private final @Nullable Finding defect;
    private final List<Block> blocks;
    private final Set<String> beans;
    private final boolean handlesErrors;

    private RouteDocument(Path file, String text, @Nullable Node root, @Nullable Finding defect) {
        this.file = file;
        this.text = text;
        this.root = root;
        this.defect = defect;
        List<Block> found = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>();
        boolean handled = false;
        for (Node item : YamlNodes.items(root)) {
            found.addAll(BlockReader.read(item));
            names.addAll(BlockReader.declaredBeans(item));
            handled |= BlockReader.handlesErrorsOfFile(item);
        }
        this.blocks = List.copyOf(found);
        this.beans = Set.copyOf(names);
        this.handlesErrors = handled;
    }

    static RouteDocument parse(Path file, byte[] bytes) {
        try {
            return parse(
                    file,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException e) {
            Finding defect = Finding.at(
                    file, Place.UNKNOWN, RouteRule.UNREADABLE, "the file isn't UTF-8 text", "Save it as UTF-8.");
            return new RouteDocument(file, new String(bytes, StandardCharsets.ISO_8859_1), null, defect);
        }
    }

    static RouteDocument parse(Path file, String text) {
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(
                            file.getFileName() == null ? "" : file.getFileName().toString())
                    .build();
            Node root = new Compose(settings).composeString(text).orElse(null);
            return new RouteDocument(file, text, root, shape(file, root));
        } catch (MarkedYamlEngineException e) {
            return new RouteDocument(file, text, null, syntax(file, e));
        } catch (YamlEngineException e) {
            return new RouteDocument(file, text, null, syntax(file, Place.UNKNOWN, String.valueOf(e.getMessage())));
        }
    }

    static RouteDocument unreadable(Path file, String why) {
        return new RouteDocument(
                file,
                "",
                null,
                Finding.at(
                        file,
                        Place.UNKNOWN,
                        RouteRule.UNREADABLE,
                        "the file can't be read: " + why,
                        "Give the user that runs this the right to read it, or remove it."));
    }

    private static @Nullable Finding shape(Path file, @Nullable Node root) {
        if (root == null || YamlNodes.items(root).isEmpty()) {
            return Finding.at(
                    file,
                    root == null ? Place.UNKNOWN : Place.of(root),
                    RouteRule.YAML_SYNTAX,
                    root == null ? "the file is empty" : "the file isn't a list of routes",
                    "Begin entries with a dash, as in '- route:', '- routeTemplate:' or '- templatedRoute:'.");
        }
        return null;
    }

    private static Finding syntax(Path file, MarkedYamlEngineException e) {
        Place place = e.getProblemMark()
                .or(e::getContextMark)
                .map(mark -> new Place(mark.getLine() + 1, mark.getColumn() + 1))
                .orElse(Place.UNKNOWN);
        String problem = e.getProblem() == null ? String.valueOf(e.getMessage()) : e.getProblem();
        String context = e.getContext() == null ? "" : e.getContext() + " ";
        return syntax(file, place, context + problem);
    }

    private static Finding syntax(Path file, Place place, String problem) {
        String what = problem.isEmpty() ? "" : problem.substring(0, 1).toLowerCase(Locale.ROOT) + problem.substring(1);
        return Finding.at(
                file,
                place,
                RouteRule.YAML_SYNTAX,
                "the file isn't YAML: " + what,
                "Mend the line or the one above it: indent with blanks only, one space after each colon, quotes closed.");
    }

    Path file() {
        return file;
    }

    String text() {
        return text;
    }

    /** Why there is nothing to read in it; null when there is. */
    @Nullable
    Finding defect() {
        return defect;
    }

    List<Block> blocks() {
        return blocks;
    }

    List<Block> blocks(Kind kind) {
        return blocks.stream().filter(block -> block.is(kind)).toList();
    }

    /** Names of the beans that the file itself makes. */
    Set<String> beans() {
        return beans;
    }

    /** Whether an {@code onException} or {@code errorHandler} stands beside the routes, for all of them. */
    boolean handlesErrors() {
        return handlesErrors;
    }

    /** Whether other files can need this one. */
    boolean provides() {
        return !beans.isEmpty()
                || blocks.stream().anyMatch(block -> block.is(Kind.CONFIGURATION) || block.is(Kind.TEMPLATE));
    }

    /** What is loaded first; others may refer to it. */
    int rank() {
        if (!beans.isEmpty()) {
            return 0;
        }
        return blocks.stream().mapToInt(block -> block.kind().rank()).min().orElse(Kind.ROUTE.rank());
    }

    List<ScalarNode> scalars(Predicate<String> wanted) {
        return root == null ? List.of() : YamlNodes.scalars(root, wanted);
    }

    boolean mentions(Predicate<String> wanted) {
        return !scalars(wanted).isEmpty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RouteDocument document && file.equals(document.file) && text.equals(document.text);
    }

    @Override
    public int hashCode() {
        return 31 * file.hashCode() + text.hashCode();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
