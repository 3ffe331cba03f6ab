package io.saddlebag.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.fault.FaultCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The committed reference is what the code says. With {@code -Dregenerate-docs=true} it is written instead of compared. */
class ReferenceDocsTest {
    private static final Path REFERENCE = Path.of("docs", "reference");
    private static final String HINT = "regenerate it and commit it: mvn -B test -Dtest=ReferenceDocsTest"
            + " -Dregenerate-docs=true -Drequirements.skip";

    @Test
    @Tag("E3")
    @Tag("E9")
    void the_reference_of_components_is_that_of_the_descriptors() throws Exception {
        check("components.md", ComponentReference.of(Descriptor.all()));
    }

    @Test
    @Tag("E9")
    @Tag("E10")
    void the_reference_of_errors_lists_every_fault_code() throws Exception {
        check("errors.md", Faults.page(Faults.all()));
    }

    @Test
    @Tag("E10")
    void each_fault_has_an_id_of_its_own_and_says_what_it_means_for_the_data() {
        List<FaultCode> codes =
                Faults.all().stream().flatMap(each -> each.codes().stream()).toList();

        assertThat(codes).hasSizeGreaterThan(50);
        assertThat(codes)
                .extracting(FaultCode::id)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("SBG-[A-Z]\\d{3}"));
        assertThat(codes)
                .allSatisfy(code ->
                        assertThat(code.effect()).as(code.id()).isNotBlank().doesNotEndWith("."));
    }

    private static void check(String name, String expected) throws IOException {
        Path file = REFERENCE.resolve(name);
        if (Boolean.getBoolean("regenerate-docs")) {
            Files.createDirectories(REFERENCE);
            Files.writeString(file, expected);
        }
        assertThat(file).as(HINT).exists();
        assertThat(Files.readString(file)).as(file + " is out of date; " + HINT).isEqualTo(expected);
    }
}
