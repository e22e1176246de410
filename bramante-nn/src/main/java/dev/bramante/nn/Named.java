package dev.bramante.nn;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name of a record component in checkpoints, where the ecosystem's name is no good name in
 * Java: {@code @Named("0") Conv2d conv1}. An empty name leaves the level out: the component's parts
 * are named as if they were the record's own. The parts of a list may have numbered names: {@code
 * layer1}, {@code layer2}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Named {
  /** The name. */
  String value();

  /** Of a list: the number that follows the name of its first part; negative for none. */
  int from() default -1;
}
