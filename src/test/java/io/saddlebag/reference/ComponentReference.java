package io.saddlebag.reference;

import static io.saddlebag.reference.Markdown.code;

import io.saddlebag.reference.Descriptor.Entry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@code docs/reference/components.md}. */
final class ComponentReference {
    private static final List<String> OPTION_HEAD = List.of("option", "type", "default", "used by", "meaning");

    private final List<Descriptor> descriptors;
    private final Set<Entry> sharedOptions;
    private final Markdown page = new Markdown();

    private ComponentReference(List<Descriptor> descriptors) {
        this.descriptors = descriptors;
        this.sharedOptions = shared(Descriptor::endpointOptions);
    }

    static String of(List<Descriptor> descriptors) {
        return new ComponentReference(descriptors).write();
    }

    private String write() {
        page.title(1, "Components")
                .paragraph("Generated from the components' descriptors; `ReferenceDocsTest` says how.")
                .paragraph("In each syntax, the part behind the colon is the path, and all other options follow as in"
                        + " `scheme:path?option=value`, or as `parameters` of a step in YAML.");
        page.title(2, "Options of every component")
                .paragraph("In Camel Main: `camel.component.SCHEME.OPTION`.")
                .table(OPTION_HEAD, rows(shared(Descriptor::componentOptions)));
        page.title(2, "Options of every endpoint").table(OPTION_HEAD, rows(sharedOptions));
        descriptors.forEach(this::scheme);
        return page.toString();
    }

    private void scheme(Descriptor scheme) {
        page.title(2, scheme.scheme()).paragraph(scheme.component("description"));
        page.paragraph("Syntax: " + code(scheme.component("syntax")) + ". Since " + scheme.component("firstVersion")
                + (scheme.component("producerOnly").equals("true") ? ". Only in `to` steps." : "."));
        page.table(OPTION_HEAD, rows(without(scheme.endpointOptions(), sharedOptions)));
        List<Entry> own = without(scheme.componentOptions(), new ArrayList<>(shared(Descriptor::componentOptions)));
        if (!own.isEmpty()) {
            page.title(3, "Options of the component").table(OPTION_HEAD, rows(own));
        }
        if (!scheme.headers().isEmpty()) {
            page.title(3, "Headers").table(List.of("header", "type", "meaning"), headers(scheme));
        }
    }

    private static List<List<String>> headers(Descriptor scheme) {
        return scheme.headers().stream()
                .map(header -> List.of(code(header.name()), header.type(), header.description()))
                .toList();
    }

    private static List<List<String>> rows(Iterable<Entry> options) {
        List<List<String>> rows = new ArrayList<>();
        for (Entry option : options) {
            rows.add(List.of(
                    code(option.name()),
                    option.values().isEmpty()
                            ? option.type()
                            : option.values().stream().map(Markdown::code).collect(Collectors.joining(", ")),
                    option.required() ? "required" : code(option.standard()),
                    option.kind().equals("path") ? "path" : option.label().replace(",", ", "),
                    option.description()));
        }
        return rows;
    }

    private static List<Entry> without(List<Entry> entries, java.util.Collection<Entry> others) {
        return entries.stream().filter(entry -> !others.contains(entry)).toList();
    }

    private Set<Entry> shared(Function<Descriptor, List<Entry>> kind) {
        Set<Entry> shared = new LinkedHashSet<>(kind.apply(descriptors.get(0)));
        descriptors.forEach(each -> shared.retainAll(kind.apply(each)));
        return shared;
    }
}
