package dev.bramante.cli;

import dev.bramante.models.Architecture;
import dev.bramante.models.Models;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists what there is to train and run. */
@Command(name = "models", description = "List the architectures, their settings and the recipes.")
final class ModelsCommand extends BaseCommand {
  @Mixin private JsonMixin json;

  private record Answer(
      String name,
      String description,
      long parameters,
      Map<String, String> settings,
      List<String> recipes) {}

  @Override
  public Integer call() {
    List<Answer> answers = Models.all().stream().map(ModelsCommand::answer).toList();
    if (json.wanted()) {
      JsonMixin.print(out(), answers);
      return 0;
    }
    for (Answer answer : answers) {
      out().printf("%-8s %s%n", answer.name(), answer.description());
      out().printf("%-8s %,d parameters with %s%n", "", answer.parameters(), answer.settings());
      if (!answer.recipes().isEmpty()) {
        out().printf("%-8s ./bramante train %s%n", "", String.join(" | ", answer.recipes()));
      }
    }
    return 0;
  }

  private static Answer answer(Architecture model) {
    return new Answer(
        model.name(),
        model.description(),
        Models.create(model.name(), Map.of()).parameters().count(),
        model.defaults().values(),
        Recipe.ALL.stream()
            .filter(recipe -> recipe.model().equals(model.name()))
            .map(Recipe::name)
            .toList());
  }
}
