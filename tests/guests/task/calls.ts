// Switching stacks: waits below every kind of call, and in the middle of expressions.
import { check, equal, fail, ok } from "../shared/check";
import { Chan, gosched, sleep } from "wasi-net/assembly/task";
import { microsecond } from "wasi-net/assembly/time";
import { Box, pause } from "./pause";

export function waits(): void {
  calls();
  expressions();
}

abstract class Animal {
  constructor(protected name: string) {
    pause();
    this.name = name + ".";
  }

  abstract speak(times: i32): string;

  get loud(): string {
    pause();
    return this.name.toUpperCase();
  }

  set renamed(name: string) {
    pause();
    this.name = name;
  }

  @operator("+")
  static join(a: Animal, b: Animal): string {
    pause();
    return a.name + b.name;
  }

  toString(): string {
    pause();
    return "<" + this.name + ">";
  }
}

class Dog extends Animal {
  speak(times: i32): string {
    pause();
    return times == 0 ? this.name : "wau " + this.speak(times - 1);
  }
}

class Cat extends Animal {
  speak(times: i32): string {
    const before = this.name;
    pause();
    return before + "miau".repeat(times);
  }
}

interface Shape {
  area(): f64;
}

class Square implements Shape {
  constructor(private side: f64) {}

  area(): f64 {
    pause();
    return this.side * this.side;
  }
}

class Circle implements Shape {
  constructor(private radius: f64) {}

  area(): f64 {
    const r = this.radius;
    pause();
    return 3 * r * r;
  }
}

class Pair<A, B> {
  constructor(
    readonly first: A,
    readonly second: B,
  ) {}

  swap(): Pair<B, A> {
    const first = this.first;
    pause();
    return new Pair<B, A>(this.second, first);
  }
}

function twice<T>(fn: (value: T) => T, value: T): T {
  const once = fn(value);
  pause();
  return fn(once);
}

function calls(): void {
  check("virtual calls", () => {
    const animals: Animal[] = [new Dog("rex"), new Cat("tom")];
    let said = "";
    for (let i = 0; i < 4; i++) said += animals[i & 1].speak(i) + ",";
    equal(said, "rex.,tom.miau,wau wau rex.,tom.miaumiaumiau,");
  });

  check("constructors, getters, setters, operators, toString", () => {
    const dog = new Dog("rex");
    equal(dog.loud, "REX.");
    dog.renamed = "bello";
    equal(dog + new Cat("tom"), "bellotom.");
    equal(`${dog} and ${new Cat("mia")}`, "<bello> and <mia.>");
  });

  check("calls through an interface", () => {
    const shapes: Shape[] = [new Square(2), new Circle(3), new Square(4)];
    let sum: f64 = 0;
    for (let i = 0; i < shapes.length; i++) sum += shapes[i].area();
    equal(sum, 47);
  });

  check("generics", () => {
    const pair = new Pair<i64, string>(-1, "text").swap();
    equal(pair.first, "text");
    equal(pair.second, -1);
    equal(new Pair<f32, Box>(1.5, new Box(3, "box")).swap().first.text, "box");
    equal(
      twice<f64>((x) => x * 1.5, 2),
      4.5,
    );
    equal(
      twice<string>((s) => s + s, "ab"),
      "abababab",
    );
  });

  check("function references, also from a table of them", () => {
    const table: ((n: i32) => i32)[] = [
      (n) => n + 1,
      (n) => {
        pause();
        return n * 2;
      },
      (n) => {
        const before = n;
        sleep(microsecond);
        return before - 3;
      },
    ];
    let n = 10;
    for (let i = 0; i < 9; i++) n = table[i % 3](n);
    equal(n, 73);
  });

  check("callbacks of arrays", () => {
    const numbers: i32[] = [5, 3, 9, 1, 7, 2, 8];
    const texts = numbers.map<string>((n) => {
      pause();
      return n.toString();
    });
    equal(texts.join(""), "5391728");
    const odd = numbers.filter((n) => {
      pause();
      return (n & 1) == 1;
    });
    equal(odd.join(""), "53917");
    const sum = numbers.reduce<i64>((sum, n) => {
      gosched();
      return sum + n;
    }, 0);
    equal(sum, 35);
    equal(
      numbers.findIndex((n) => {
        pause();
        return n == 7;
      }),
      4,
    );
  });

  check("comparators of a sort", () => {
    const numbers: i32[] = [];
    for (let i = 0; i < 300; i++) numbers.push((i * 7919) % 1009);
    const sorted = numbers.slice().sort((a, b) => a - b);
    numbers.sort((a, b) => {
      gosched();
      return a - b;
    });
    equal(numbers.join(), sorted.join());
    const boxes = numbers.map<Box>((n) => new Box(n, n.toString()));
    boxes.sort((a, b) => {
      if ((a.value & 31) == 0) pause();
      return b.value - a.value;
    });
    for (let i = 0; i < 300; i++) equal(boxes[i].text, sorted[299 - i].toString(), "box");
  });
}

let order: string = "";

function step(n: i32): i32 {
  pause();
  order += n.toString();
  return n;
}

function yes(n: i32): bool {
  return step(n) > 0;
}

function named(name: string): string {
  gosched();
  return name;
}

function expressions(): void {
  check("several waits in one expression, from left to right", () => {
    order = "";
    equal(step(1) + step(2) * (step(3) - step(4)) - abs(step(5)), -6);
    equal(order, "12345");
  });

  check("waits in conditions end them where Go does", () => {
    order = "";
    ok(yes(1) && !(yes(2) && !yes(3)) && (yes(4) || yes(5)), "value");
    equal(order, "1234");
    order = "";
    equal(yes(1) ? step(2) : step(3), 2);
    equal(order, "12");
  });

  check("waits in arguments, in a list, in a text, in a switch", () => {
    equal(Math.max(<f64>step(3), <f64>step(8)), 8);
    const list = [step(1), step(2), step(3)];
    equal(list.join(), "1,2,3");
    equal(named("a") + named("b") + `${named("c")}-${step(4)}`, "abc-4");
    switch (step(2)) {
      case 1:
        fail("the first case");
        break;
      case 2:
        equal(step(5), 5);
        break;
      default:
        fail("the default");
    }
  });

  check("a wait between taking an address and using it", () => {
    const list = new Array<Chan<i32>>(3);
    for (let i = 0; i < 3; i++) list[i] = new Chan<i32>(1);
    for (let i = 0; i < 3; i++) list[step(i)].send(step(i + 1));
    let got = "";
    for (let i = 0; i < 3; i++) got += list[i].receive().toString();
    equal(got, "123");
  });
}
