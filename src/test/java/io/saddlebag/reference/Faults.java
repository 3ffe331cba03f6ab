package io.saddlebag.reference;

import static io.saddlebag.reference.Markdown.code;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.saddlebag.fault.FaultCode;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The fault codes of the product, however many enums they are in, and {@code docs/reference/errors.md}. */
record Faults(String concept, List<FaultCode> codes) {
    private static final String ROOT = "io.saddlebag";

    static List<Faults> all() {
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(ROOT).stream()
                        .filter(type -> type.isEnum() && type.isAssignableTo(FaultCode.class))
                        .map(Faults::of)
                        .sorted(Comparator.comparing(
                                faults -> faults.codes().get(0).id()))
                        .toList();
    }

    private static Faults of(JavaClass type) {
        return new Faults(
                type.getPackageName().substring(ROOT.length() + 1),
                Arrays.stream(type.reflect().getEnumConstants())
                        .map(FaultCode.class::cast)
                        .sorted(Comparator.comparing(FaultCode::id))
                        .toList());
    }

    static String page(List<Faults> all) {
        Markdown page = new Markdown()
                .title(1, "Errors")
                .paragraph("Generated from the fault codes; `ReferenceDocsTest` says how.")
                .paragraph("Each error that an operator can act on begins with its id, which never changes. The message"
                        + " says what happened and what to do; this page says what it means for the data.");
        for (Faults faults : all) {
            page.title(2, faults.concept())
                    .table(
                            List.of("id", "name", "what it means for the data"),
                            faults.codes().stream().map(Faults::row).toList());
        }
        return page.toString();
    }

    private static List<String> row(FaultCode code) {
        String name = ((Enum<?>) code).name();
        return List.of(code(code.id()), name.toLowerCase(java.util.Locale.ROOT).replace('_', ' '), code.effect());
    }
}
