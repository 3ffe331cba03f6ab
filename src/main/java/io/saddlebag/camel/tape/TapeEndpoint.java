package io.saddlebag.camel.tape;

import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.camel.node.TapeWritingEndpoint;
import io.saddlebag.node.Node;
import io.saddlebag.tapeoption.TapeOptions;
import java.util.Objects;
import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.jspecify.annotations.Nullable;

/**
 * Writes an image to volumes of a library and makes it a backup.
 *
 * The body is the image that a backup step made. When the step is through, every byte and label is durable on the volumes, and
 * the backup is in the catalog. Drives, cartridges and labels are the business of library endpoints.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "tape",
        title = "Saddlebag Tape",
        syntax = "tape:library",
        category = {Category.FILE, Category.IOT},
        producerOnly = true,
        headersClass = SaddlebagHeaders.class)
public class TapeEndpoint extends TapeWritingEndpoint {
    @UriPath(description = "The library's name in config/saddlebag.yaml.")
    @Metadata(required = true)
    private @Nullable String library;

    @UriParam(description = "Media family of the volumes to write on; else volumes that belong to none.")
    private @Nullable String family;

    @UriParam(
            defaultValue = "old_file",
            enums = "old_file,new_tape",
            description =
                    "How blocks stand on tape: old_file as bare slices of the image, new_tape with protected framing, where one lost block of a group is rebuilt.")
    private @Nullable String format;

    public TapeEndpoint(String uri, TapeComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return new TapeProducer(this);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        Node there = nodeIfThere();
        if (there != null) {
            requireKnown("library", libraryName(), there.libraries());
            if (options().drives().isNamed()) {
                there.target(libraryName(), null, options()); // it says which drives there are
            }
        }
    }

    /** @throws IllegalArgumentException when they can't be or contradict each other */
    TapeOptions options() {
        return tapeOptions(TapeOptions::parse);
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        options();
    }

    String libraryName() {
        return Objects.requireNonNull(library);
    }

    public @Nullable String getLibrary() {
        return library;
    }

    public void setLibrary(String library) {
        this.library = library;
    }

    public @Nullable String getFamily() {
        return family;
    }

    public void setFamily(@Nullable String family) {
        this.family = family;
    }

    @Override
    public @Nullable String getFormat() {
        return format;
    }

    public void setFormat(@Nullable String format) {
        this.format = format;
    }
}
